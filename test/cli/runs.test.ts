// Commands about runs, functions and apps, on a server that answers as the recordings do.
import { expect, describe, test } from "vitest"
import { startStockInngest } from "./support/stock-server.ts"
import { startDouble } from "./support/servers.ts"
import { type ShellOutcome, runCli } from "./support/shell.ts"

const completed = "01M80QR36JT16SN50Z4RGN2G19"
const failed = "01M80QR36JKCBEYPC3PJSJRQTQ"

function dataOf({ out }: ShellOutcome): unknown {
  return (JSON.parse(out) as { data: unknown }).data
}

describe("runs", () => {
  test("are listed with their function, status and how long they took, the last first", async () => {
    const { url } = await startStockInngest({ running: 1 })
    const { out } = await runCli(["runs", "--url", url])
    const [titles, first, second, third] = out.split("\n")
    expect(titles).toMatch(/^ID {26}FUNCTION {8}STATUS {5}QUEUED/)
    expect(first).toMatch(/^01M9\S{22} {2}demo-app-ok {5}running {4}\d{4}-/)
    expect(second).toMatch(new RegExp(`^${completed}  demo-app-steps  completed  .*  0\\.1s`))
    expect(third).toMatch(new RegExp(`^${failed}  demo-app-fail   failed     .*boom`))
  })

  test("by status, which may be repeated and spelt either way", async () => {
    const { url } = await startStockInngest({ running: 2 })
    const ids = async (...flags: string[]): Promise<string[]> =>
      (await runCli(["runs", ...flags, "-o", "id", "--url", url])).out.trim().split("\n")
    expect(await ids("--status", "failed")).toEqual([failed])
    expect(await ids("--status", "failed", "--status", "completed")).toEqual([completed, failed])
    expect(await ids("--status", "canceled")).toEqual([""])
    expect(await runCli(["runs", "--status", "fail", "--url", url])).toMatchObject({
      code: 2,
      err: '✗ --status: "fail" is not one of running, queued, completed, failed, cancelled, skipped. Did you mean  failed ?\n',
    })
  })

  test("a page at a time, and how to go on; --all is every one", async () => {
    const { url } = await startStockInngest({ running: 30 })
    const page = await runCli(["runs", "--limit", "4", "--status", "running", "-o", "json", "--url", url])
    expect(JSON.parse(page.out)).toMatchObject({
      page: { cursor: "4" },
      next: ["runs --status running --limit 4 --cursor 4"],
    })
    expect(dataOf(await runCli(["runs", "--all", "-o", "json", "--url", url]))).toHaveLength(32)
    expect((await runCli(["runs", "--limit", "4", "--url", url], { columns: 100 })).err).toBe(
      "  next: runs --limit 4 --cursor 4\n",
    )
    const long = await startDouble(async (request) => {
      const answer = await fetch(url + new URL(request.url).pathname + new URL(request.url).search)
      return new Response((await answer.text()).replace('"cursor":"4"', `"cursor":"${"x".repeat(200)}"`), answer)
    })
    expect((await runCli(["runs", "--limit", "4", "--url", long], { columns: 100 })).err).toBe(
      "  next: more by a greater --limit\n",
    )
  })
})

describe("a run", () => {
  test("is shown with what it returned, by its id or enough of its end", async () => {
    const { url } = await startStockInngest()
    const whole = await runCli(["run", "get", completed, "--url", url])
    expect(whole.out).toContain('"v": 42')
    expect(whole.out).toMatch(/function {2}demo-app-steps {2}Fn steps\n/)
    expect(await runCli(["run", "get", "N2G19", "--url", url])).toMatchObject({ code: 5 })
    expect((await runCli(["run", "get", "GN2G19", "--url", url])).out).toBe(whole.out)
    expect((await runCli(["run", "output", "gn2g19", "--url", url])).out).toBe('{"a":{"data":{"v":42}}}\n')
  })

  test("whose id is not whole is never guessed", async () => {
    const { url } = await startStockInngest()
    const { code, err } = await runCli(["run", "get", "01M80QR3", "--url", url])
    expect(code).toBe(2)
    expect(err.replaceAll(/\(\w+ ago\)/g, "(ago)")).toBe(
      `✗ two runs begin with 01M80QR3: ${completed} (ago), ${failed} (ago). Give more characters\n`,
    )
  })

  test("that is not there is not found, with where it was looked for", async () => {
    const { url } = await startStockInngest()
    const { code, err } = await runCli(["run", "get", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--url", url])
    expect(code).toBe(5)
    expect(err).toMatch(/^✗ not found: run 01ARZ3NDEKTSV4RRFFQ69G5FAV on http:\S+\. Try {2}runs/)
  })

  test("is traced as a tree", async () => {
    const { url } = await startStockInngest()
    const { out } = await runCli(["trace", completed, "--url", url])
    expect(out).toMatch(/├─ first {2}run {2}completed {2}27ms {2}\{"v":42\}\n/)
    expect(out).toMatch(/└─ executor\.nonstep {2}completed {2}7ms\n/)
  })

  test("is waited for, and how it ended is the exit code", async () => {
    const { url } = await startStockInngest()
    expect((await runCli(["run", "wait", completed, "--url", url])).code).toBe(0)
    const { code, out } = await runCli(["run", "wait", failed, "-o", "json", "--url", url])
    expect(code).toBe(9)
    expect(JSON.parse(out)).toMatchObject({ data: { status: "failed" }, next: [`run trace ${failed}`] })
  })

  test("that goes on is given up after --timeout", async () => {
    const { url, runs } = await startStockInngest({ running: 1 })
    const { code } = await runCli(["run", "wait", runs[0]?.id ?? "", "--timeout", "300ms", "--url", url])
    expect(code).toBe(124)
    expect((await runCli(["run", "output", runs[0]?.id ?? "", "--url", url])).code).toBe(5)
  })

  test("is run again as a new one", async () => {
    const { url, changes } = await startStockInngest()
    const { out, code } = await runCli(["run", "rerun", failed, "-o", "json", "--url", url])
    expect(code).toBe(0)
    expect(dataOf({ out } as ShellOutcome)).toMatchObject({ started: [{ from: failed }], failed: [] })
    expect(changes).toEqual([`POST /v2/runs/${failed}/rerun`])
  })
})

describe("run cancel", () => {
  test("cancels one after a yes, and says when it had ended already", async () => {
    const { url, runs } = await startStockInngest({ running: 1 })
    const id = runs[0]?.id ?? ""
    const asked = await runCli(["cancel", id, "--url", url], { answers: ["n"], columns: 100 })
    expect(asked).toMatchObject({ code: 3, err: "✗ not done\n" })
    expect(asked.questions).toEqual([`Cancel run ${id} on ${url}? [y/N] `])
    expect((await runCli(["cancel", id, "--url", url], { answers: ["y"], columns: 100 })).out).toBe("✓ 1 cancelled\n")
    expect((await runCli(["cancel", id, "--url", url, "-y"], { columns: 100 })).out).toBe("• 1 had already ended\n")
  })

  test("of all that match cancels those that were shown, and no other", async () => {
    const { url, runs, changes } = await startStockInngest({ running: 7 })
    const before = runs.filter(({ status }) => status === "RUNNING").map(({ id }) => id)
    const line = ["runs", "cancel", "--fn", "demo-app-ok", "--status", "running", "--url", url]
    const refused = await runCli([...line, "-o", "json"])
    expect(refused.code).toBe(3)
    const { error } = JSON.parse(refused.out) as {
      error: { plan: { cancel: string[] }; apply: string; message: string }
    }
    expect(error.message).toBe(`7 running runs of demo-app-ok would be cancelled on ${url}`)
    expect(error.plan.cancel.toSorted()).toEqual(before.toSorted())
    // What begins to run meanwhile is not in the plan.
    const planned = error.plan.cancel.join(" ")
    expect(error.apply).toBe(`inngest-repl run cancel ${planned} --url ${url} -o json --yes`)
    expect(changes).toEqual([])

    const { out, err, questions } = await runCli(line, { answers: ["y"], columns: 100 })
    expect(err).toMatch(
      /^ {2}7 running runs of demo-app-ok on http:\S+, oldest .*ago\n {2}(?:01M9\S+ ){5} \(\+2, `runs --status running --fn demo-app-ok` lists them\)\n/,
    )
    expect(questions).toEqual(["This cannot be undone. [y/N] "])
    expect(out).toBe("✓ 7 cancelled\n")
    expect(changes.toSorted()).toEqual(before.map((id) => `POST /v2/runs/${id}/cancel`).toSorted())
  })

  test("refuses more than --max, nothing, and ids beside filters", async () => {
    const { url, changes } = await startStockInngest({ running: 5 })
    const run = (...words: string[]): Promise<ShellOutcome> => runCli(["runs", "cancel", ...words, "--url", url])
    expect(await run("--status", "running", "--max", "4", "--yes")).toMatchObject({
      code: 2,
      err: "✗ more than 4 runs, and --max is 4. Filter more, or allow more by  --max\n",
    })
    expect(await run()).toMatchObject({ code: 2 })
    expect(await run("01ARZ3NDEKTSV4RRFFQ69G5FAV", "--status", "running")).toMatchObject({ code: 2 })
    expect(await run("--fn", "nothing", "--app", "demo-app", "-y")).toMatchObject({ code: 5 })
    expect(changes).toEqual([])
  })

  test("takes ids from stdin, and does what can be done", async () => {
    const { url, runs } = await startStockInngest({ running: 1 })
    const stdin = `${runs[0]?.id}\n01ARZ3NDEKTSV4RRFFQ69G5FAV\n`
    const { code, err, out } = await runCli(["run", "cancel", "-", "--yes", "--url", url], { stdin })
    expect(code).toBe(8)
    expect(err).toMatch(/^✗ 1 of 2 runs could not be cancelled: not found: run 01ARZ3\w+ on http/)
    expect(out).toContain(`${runs[0]?.id}  cancelled`)
  })
})

describe("functions and apps", () => {
  test("are listed and shown", async () => {
    const { url } = await startStockInngest()
    expect((await runCli(["functions", "-o", "id", "--url", url])).out.split("\n")).toContain("demo-app-steps")
    expect((await runCli(["fn", "get", "steps", "--url", url])).out).toMatch(/^demo-app-steps\n.*Fn steps\n/)
    expect(await runCli(["fn", "get", "demo-app-step", "--url", url])).toMatchObject({
      code: 5,
      err: "✗ not found: function demo-app-step. Did you mean  demo-app-steps ?\n",
    })
    const { out } = await runCli(["apps", "--url", url])
    expect(out).toMatch(/^old .* sdk_version_denied$/m)
    expect((await runCli(["app", "get", "demo-app", "--get", "functionCount", "--url", url])).out).toBe("6\n")
  })

  test("a function is invoked, and waited for", async () => {
    const { url } = await startStockInngest()
    expect((await runCli(["invoke", "demo-app-ok", "id:=7", "--url", url])).out).toMatch(/^01M9\S+\n$/)
    const waited = await runCli(["invoke", "demo-app-ok", "id:=7", "--wait", "--json", "--url", url])
    expect(dataOf(waited)).toMatchObject({
      functionId: "demo-app-ok",
      run: { status: "completed", output: { sent: true } },
    })
    const { url: failing } = await startStockInngest({ outcome: "FAILED" })
    expect((await runCli(["invoke", "demo-app-ok", "--wait", "--url", failing])).code).toBe(9)
    for (const id of ["demo-app-nope", "nope"])
      expect(await runCli(["invoke", id, "--url", url])).toMatchObject({
        code: 5,
        err: expect.stringMatching(`^✗ not found: function ${id}\\. `) as string,
      })
    expect((await runCli(["invoke", "demo-app-okk", "--url", url])).err).toContain("Did you mean  demo-app-ok ?")
  })
})

describe("send --wait", () => {
  test("shows the runs that an event started", async () => {
    const { url } = await startStockInngest()
    const { out, code, err } = await runCli(["send", "demo/ok", "id:=7", "--wait", "--url", url], { columns: 120 })
    expect(code).toBe(0)
    expect(out).toMatch(/^✓ sent demo\/ok {2}\S{26}\n {2}01M9\S{22} {2}demo-app-ok {2}completed/)
    expect(err).toMatch(/next: run trace 01M9/)
  })

  test("ends with 9 when one failed, and says which", async () => {
    const { url } = await startStockInngest({ outcome: "FAILED" })
    const { out, code } = await runCli(["send", "demo/fail", "--wait", "--json", "--url", url])
    expect(code).toBe(9)
    const { data, next } = JSON.parse(out) as { data: { runs: { id: string; status: string }[] }; next: string[] }
    expect(data.runs).toMatchObject([{ status: "failed", output: { message: "SMTP 421 try later" } }])
    expect(next).toEqual([`run trace ${data.runs[0]?.id}`, `run rerun ${data.runs[0]?.id}`])
  })

  test("that is given up says what was sent, for people and for scripts", async () => {
    const { url, runs } = await startStockInngest()
    const sent = async (...flags: string[]): Promise<ShellOutcome> => {
      const running = runCli(["send", "demo/ok", "--wait", "--timeout", "1s", ...flags, "--url", url], { columns: 100 })
      await expect
        .poll(() => runs.some(({ status, trigger }) => status === "COMPLETED" && trigger.eventIds.length > 0))
        .toBe(true)
      return running
    }
    // It never ends.
    Object.defineProperty(runs, "unshift", {
      value: (run: (typeof runs)[number]) => {
        delete run.endedAt
        return Array.prototype.unshift.call(runs, { ...run, status: "RUNNING" })
      },
    })
    const { code, err } = await sent()
    expect(code).toBe(124)
    expect(err).toMatch(/^✗ not done within 1s\. It was sent: {2}events runs 01\w{24}\n$/)
    const { error } = JSON.parse((await sent("--json")).out) as { error: { kind: string; eventIds: string[] } }
    expect(error).toMatchObject({ kind: "timeout", eventIds: [expect.stringMatching(/^01\w{24}$/)] })
    const stdin = "send demo/ok --wait --timeout 1s\nevents get _ --get name\n"
    expect((await runCli(["--keep-going", "--url", url], { stdin })).out).toBe("demo/ok\n")
  })

  test("says at once when no function listens", async () => {
    const { url } = await startStockInngest()
    const { code, err } = await runCli(["send", "nobody/listens", "--wait", "--url", url], { columns: 100 })
    expect(code).toBe(0)
    expect(err).toBe("  (no function listens to this event: see `functions`)\n")
  })
})

describe("events", () => {
  test("know their runs, can be tailed, copied and exported", async () => {
    const { url } = await startStockInngest()
    const { url: other, changes } = await startStockInngest()
    const sent = await runCli(["send", "demo/ok", "[{n: 1}, {n: 2}]", "-y", "-o", "id", "--url", url])
    const [first = ""] = sent.out.split("\n")
    expect((await runCli(["events", "runs", first, "--get", "[0].functionId", "--url", url])).out).toBe("ok\n")
    const tailed = await runCli([
      "tail",
      "--name",
      "demo/*",
      "--since",
      "1h",
      "--limit",
      "2",
      "-o",
      "ndjson",
      "--url",
      url,
    ])
    expect(
      tailed.out
        .split("\n")
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { data: unknown }).data),
    ).toEqual([{ n: 1 }, { n: 2 }])
    expect((await runCli(["events", "export", "--url", url])).out.trim().split("\n")).toHaveLength(2)
    const copied = await runCli(
      ["-e", `profile add other --url ${other}`, "-e", `events copy ${first} --to other -o json`],
      {
        env: { INNGEST_BASE_URL: url },
      },
    )
    expect(copied.out.split("\n").at(-2)).toMatch(/"profile":"other"/)
    expect(changes).toEqual(["POST /e/NO_EVENT_KEY_SET"])
  })

  test("show finds out what an id is of, and a signal resumes a run", async () => {
    const { url } = await startStockInngest()
    const sent = await runCli(["send", "demo/ok", "n:=1", "-o", "id", "--url", url])
    expect((await runCli(["show", sent.out.trim(), "--get", "data.n", "--url", url])).out).toBe("1\n")
    expect((await runCli(["show", completed, "--get", "status", "--url", url])).out).toBe("completed\n")
    expect((await runCli(["show", "order-7", "--url", url])).code).toBe(5)
    expect((await runCli(["signal", "approve", "ok:=true", "--url", url])).out).toBe("01M80QR36H6JMZGNVR1PADJPRK\n")
    expect(await runCli(["signal", "nobody", "--url", url])).toMatchObject({ code: 5 })
  })

  test("any route can be asked; only a GET needs no care", async () => {
    const { url, changes } = await startStockInngest()
    expect((await runCli(["api", "GET", "/v2/runs?limit=1", "--get", "page.limit", "--url", url])).out).toBe("1\n")
    expect(await runCli(["api", "get", "/v2/runs", "--read-only", "--url", url])).toMatchObject({ code: 0 })
    const write = ["api", "POST", "/v1/signals", "signal=approve", "data:={ok: true}", "--url", url]
    expect(await runCli([...write, "--read-only"])).toMatchObject({ code: 4, out: "" })
    expect(await runCli(["api", "DELETE", `/v2/runs/${completed}`, "--url", url])).toMatchObject({ code: 3 })
    expect(changes).toEqual([])
    expect((await runCli([...write, "--get", "data.run_id"])).out).toBe("01M80QR36H6JMZGNVR1PADJPRK\n")
  })
})
