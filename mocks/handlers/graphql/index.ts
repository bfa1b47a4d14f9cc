/**
 * `POST /v0/gql`: one document against the schema, by the graphql library, which loads with the first of them.
 *
 * @source measured, vectors `gql-*`
 */
import type { GraphQLFormattedError, GraphQLSchema } from "graphql"
import type { Exchange } from "../exchange.ts"
import { writeGoString } from "../go-json.ts"
import { readJsonBody } from "../json-body.ts"
import { decodeUtf8 } from "../incoming-events.ts"
import type { Reply } from "../reply.ts"
import { createResolvers } from "./resolvers.ts"
import { schemaText } from "./schema.ts"

/** Nested deeper than any tool asks; a bound, since the depth multiplies the work. */
const maxTokens = 5_000

let schema: GraphQLSchema | undefined

export async function answerGraphql(exchange: Exchange): Promise<Reply> {
  const asked = await readQuestion(exchange)
  if (!asked.ok) return asked.reply
  const graphql = await import("graphql")
  schema ??= graphql.buildSchema(schemaText, { noLocation: true })

  let document
  try {
    document = graphql.parse(asked.query, { maxTokens })
  } catch (error) {
    if (!(error instanceof graphql.GraphQLError)) throw error
    const message = error.message.replace(/^Syntax Error: /, "").replace(/\.$/, "")
    return refusal([coded({ message, locations: error.locations ?? [] }, "GRAPHQL_PARSE_FAILED")])
  }
  const faults = graphql.validate(schema, document, graphql.specifiedRules, { maxErrors: 20 })
  if (faults.length > 0)
    return refusal(
      faults.map(({ message, locations = [] }) => coded({ message, locations }, "GRAPHQL_VALIDATION_FAILED")),
    )
  const { data, errors } = await graphql.execute({
    schema,
    document,
    rootValue: createResolvers(exchange.engine),
    variableValues: asked.variables,
    operationName: asked.operationName,
  })
  await exchange.engine.settled()
  const told = errors?.map(({ message, path }) => (path === undefined ? { message } : { message, path }))
  return json(200, { ...(told === undefined ? {} : { errors: told }), data: data ?? null })
}

type Question =
  | { ok: true; query: string; variables: Record<string, unknown>; operationName: string | undefined }
  | { ok: false; reply: Reply }

async function readQuestion(exchange: Exchange): Promise<Question> {
  let text = ""
  const body = await readJsonBody({
    ...exchange,
    bytes: async (maxBytes) => {
      const bytes = await exchange.bytes(maxBytes)
      text = decodeUtf8(bytes)
      return bytes
    },
  })
  const fault = (message: string): Question => ({
    ok: false,
    reply: { ...json(400, {}), body: `{"errors":[{"message":${writeGoString(message)}}],"data":null}` },
  })
  if (!body.ok) return fault(`json request body could not be decoded: ${body.message} body:${text.slice(0, 1_000)}`)
  const value: unknown = JSON.parse(body.value.text)
  const { query, variables, operationName } = typeof value === "object" && value !== null ? (value as Asked) : {}
  if (typeof query !== "string") return fault("no operation provided")
  return {
    ok: true,
    query,
    variables: typeof variables === "object" && variables !== null ? { ...variables } : {},
    operationName: typeof operationName === "string" && operationName !== "" ? operationName : undefined,
  }
}

interface Asked {
  readonly query?: unknown
  readonly variables?: unknown
  readonly operationName?: unknown
}

function coded(error: Pick<GraphQLFormattedError, "message" | "locations">, code: string): GraphQLFormattedError {
  return { ...error, extensions: { code } }
}

function refusal(errors: readonly GraphQLFormattedError[]): Reply {
  return json(422, { errors, data: null })
}

const escapes = /[<>&\u2028\u2029]/g

/** As Go's encoder writes it; these letters stand in texts only. */
function json(status: number, value: object): Reply {
  const body = JSON.stringify(value).replace(
    escapes,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
  return { status, headers: { "content-type": "application/json" }, body }
}
