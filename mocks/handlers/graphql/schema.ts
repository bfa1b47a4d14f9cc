/**
 * The part of the dashboard's schema that test suites, tools and dashboards ask for.
 *
 * @source contract §9; vectors `gql-*`; recording `graphql-traces`
 */
export const schemaText = /* GraphQL */ `
  scalar Time
  scalar ULID
  scalar UUID
  scalar Map
  scalar Unknown

  type Query {
    apps: [App!]!
    app(id: UUID!): App
    functions: [Function!]
    functionBySlug(query: FunctionQuery!): Function
    event(query: EventQuery!): Event
    events(query: EventsQuery!): [Event!]
    eventV2(id: ULID!): EventV2!
    eventsV2(first: Int = 50, after: String, filter: EventsFilter!): EventsConnection!
    stream(query: StreamQuery!): [StreamItem!]!
    run(runID: String!): FunctionRunV2
    runs(first: Int = 40, after: String, orderBy: [RunsV2OrderBy!]!, filter: RunsFilterV2!): RunsV2Connection!
    runTrace(runID: String!): RunTraceSpan!
    runTraceSpanOutputByID(outputID: String!): RunTraceSpanOutput!
    runTrigger(runID: String!): RunTraceTrigger!
  }

  type Mutation {
    createApp(input: CreateAppInput!): App!
    deleteAppByName(name: String!): Boolean!
    invokeFunction(functionSlug: String!, data: Map, user: Map): Boolean
    cancelRun(runID: ULID!): FunctionRunV2!
    rerun(runID: ULID!): ULID!
  }

  input CreateAppInput {
    url: String!
  }
  input FunctionQuery {
    functionSlug: String!
  }
  input EventQuery {
    eventId: ID!
  }
  input EventsQuery {
    lastEventId: ID
    limit: Int
  }
  input StreamQuery {
    after: Time
    before: Time
    limit: Int! = 100
    includeInternalEvents: Boolean! = false
  }
  input EventsFilter {
    from: Time!
    until: Time
    eventNames: [String!]
    includeInternalEvents: Boolean! = false
    query: String
  }
  input RunsFilterV2 {
    from: Time!
    until: Time
    timeField: RunsV2OrderByField
    status: [RunStatus!]
    functionIDs: [UUID!]
    appIDs: [UUID!]
    query: String
  }
  input RunsV2OrderBy {
    field: RunsV2OrderByField!
    direction: RunsOrderByDirection!
  }

  enum RunStatus {
    QUEUED
    RUNNING
    COMPLETED
    FAILED
    CANCELLED
    SKIPPED
  }
  enum RunsV2OrderByField {
    QUEUED_AT
    STARTED_AT
    ENDED_AT
  }
  enum RunsOrderByDirection {
    ASC
    DESC
  }
  enum FunctionTriggerType {
    EVENT
    CRON
  }
  enum AppMethod {
    SERVE
    CONNECT
    API
  }
  enum StreamType {
    EVENT
    CRON
  }
  enum EventStatus {
    RUNNING
    COMPLETED
    FAILED
    PARTIALLY_FAILED
    NO_FUNCTIONS
  }

  type App {
    id: UUID!
    name: String!
    externalID: String!
    sdkLanguage: String!
    sdkVersion: String!
    framework: String
    url: String
    error: String
    connected: Boolean!
    functionCount: Int!
    autodiscovered: Boolean!
    method: AppMethod!
    functions: [Function!]!
  }

  type Function {
    id: String!
    name: String!
    slug: String!
    config: String!
    concurrency: Int!
    triggers: [FunctionTrigger!]
    url: String!
    appID: UUID!
    app: App!
  }

  type FunctionTrigger {
    type: FunctionTriggerType!
    value: String!
    condition: String
  }

  type Event {
    id: ULID!
    externalID: String
    name: String
    createdAt: Time
    payload: String
    raw: String
    status: EventStatus
    totalRuns: Int
    pendingRuns: Int
    functionRuns: [FunctionRunV2!]
  }

  type EventV2 {
    id: ULID!
    idempotencyKey: String
    name: String!
    occurredAt: Time!
    receivedAt: Time!
    raw: String!
    version: String
    runs: [FunctionRunV2!]!
  }

  type EventsConnection {
    edges: [EventsEdge!]!
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type EventsEdge {
    node: EventV2!
    cursor: String!
  }
  type PageInfo {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }

  type StreamItem {
    id: ID!
    trigger: String!
    type: StreamType!
    createdAt: Time!
    runs: [FunctionRunV2]
    inBatch: Boolean!
  }

  type FunctionRunV2 {
    id: ULID!
    appID: UUID!
    app: App
    functionID: UUID!
    function: Function
    status: RunStatus!
    queuedAt: Time!
    startedAt: Time
    endedAt: Time
    output: String
    eventName: String
    eventID: ID
    triggerIDs: [ULID!]!
    cronSchedule: String
    isBatch: Boolean!
    batchCreatedAt: Time
    traceID: String!
    hasAI: Boolean!
    trace(preview: Boolean): RunTraceSpan
  }

  type RunsV2Connection {
    edges: [FunctionRunV2Edge!]!
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type FunctionRunV2Edge {
    node: FunctionRunV2!
    cursor: String!
  }

  type RunTraceSpan {
    runID: ULID!
    traceID: String!
    spanID: String!
    appID: UUID!
    functionID: UUID!
    name: String!
    status: RunTraceSpanStatus!
    attempts: Int
    duration: Int
    queuedAt: Time!
    startedAt: Time
    endedAt: Time
    isRoot: Boolean!
    isUserland: Boolean!
    stepID: String
    stepType: String!
    stepOp: StepOp
    stepInfo: StepInfo
    outputID: String
    parentSpanID: String
    childrenSpans: [RunTraceSpan!]!
    metadata: [SpanMetadata!]!
  }

  enum RunTraceSpanStatus {
    QUEUED
    RUNNING
    WAITING
    COMPLETED
    FAILED
    CANCELLED
    SKIPPED
  }
  enum StepOp {
    RUN
    SLEEP
    WAIT_FOR_EVENT
    INVOKE
    WAIT_FOR_SIGNAL
    AI_GATEWAY
  }

  type SpanMetadata {
    scope: String!
    kind: String!
    values: Map!
    updatedAt: Time!
  }

  union StepInfo = RunStepInfo | SleepStepInfo | WaitForEventStepInfo | WaitForSignalStepInfo | InvokeStepInfo
  type RunStepInfo {
    type: String
  }
  type SleepStepInfo {
    sleepUntil: Time!
  }
  type WaitForEventStepInfo {
    eventName: String!
    expression: String
    timeout: Time
    foundEventID: ULID
    timedOut: Boolean
  }
  type WaitForSignalStepInfo {
    signal: String!
    timeout: Time
    timedOut: Boolean
  }
  type InvokeStepInfo {
    triggeringEventID: ULID
    functionID: String
    timeout: Time
    returnEventID: ULID
    runID: ULID
    timedOut: Boolean
  }

  type RunTraceSpanOutput {
    input: String
    data: String
    error: StepError
  }
  type StepError {
    name: String
    message: String!
    stack: String
    cause: Unknown
  }

  type RunTraceTrigger {
    eventName: String
    IDs: [ULID!]!
    payloads: [String!]!
    timestamp: Time!
    isBatch: Boolean!
    batchID: ULID
    cron: String
  }
`
