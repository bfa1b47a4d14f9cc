// The session of the README's picture: somebody who knows nothing finds out by `help` and TAB how to send an event, see its run, put a stuck
// workflow right and undo that. `npm run record` types it and takes the picture; a test types it and says when the picture is out of date.

export const columns = 108

/** What the person's $EDITOR does: "running" becomes "canceled". */
export const editor = "sed -i s/running/canceled/"

/** Before the session begins. */
export const preparation = ["workflow", "save", "order-7", "status=running", "input:={total: 12}"]

const [enter, tab] = ["\r", "\t"]
const prompt = String.raw`\ndev ❯ `

/** @type {readonly import("./session.d.mts").Step[]} */
export const steps = [
  { type: `help${enter}`, see: new RegExp(String.raw`BEGIN WITH\n[^]*Flags of every command: {2}help flags${prompt}`) },
  // Two TABs list what there is, when they come one after the other.
  { type: "se", see: /se\s*$/, isForPicture: true },
  { type: tab, see: /se\s*$/, isForPicture: true },
  { type: tab, see: /send {3}set/, isForPicture: true },
  { type: "\u0015", see: /dev ❯\s*$/, isForPicture: true },
  { type: `send sh${tab}`, see: /send shop\/order\.paid / },
  {
    type: `id:=7 --wait${enter}`,
    see: new RegExp(
      String.raw`✓ sent shop/order\.paid {2}01\w{24}\n(?: +01\w{24} {2}shop-(?:send-receipt {2}failed .*SMTP 421 try later|ship-order +completed .*)\n){2} +next: run trace .*${prompt}`,
    ),
  },
  {
    type: `run trace _${enter}`,
    see: new RegExp(
      String.raw`Run {2}failed [^]*├─ render {2}run {2}completed [^]*├─ mail {2}run {2}failed .*SMTP 421 try later\n[^]*${prompt}`,
    ),
  },
  { type: `help stuck${enter}`, see: new RegExp(String.raw`About "stuck":\n[^]*workflow edit {4}[^]*${prompt}`) },
  { type: `workflows${enter}`, see: new RegExp(String.raw`order-7 {2}running [^]*${prompt}`) },
  { type: `workflow edit or${tab}`, see: /workflow edit order-7 / },
  {
    type: enter,
    see: new RegExp(String.raw`- +"status": "running",\n\+ +"status": "canceled",\n[^]*✓ saved order-7 [^]*${prompt}`),
  },
  { type: `undo${enter}`, see: new RegExp(String.raw`✓ undid the edit of order-7: it is as it was${prompt}`) },
  { type: `workflow load _ --get status${enter}`, see: new RegExp(String.raw`\nrunning${prompt}`) },
]

/**
 * The functions of the app that the session's event starts.
 *
 * @param {Parameters<typeof import("./session.d.mts").createFunctions>[0]} kit
 */
export function createFunctions({ createFunction, eventTrigger }) {
  const paid = eventTrigger("shop/order.paid")
  return [
    createFunction({ id: "ship-order", retries: 0 }, paid, async ({ step }) => {
      await step.run("pack", () => ({ packed: true }))
      await step.sleep("wait", "1s")
      return { shipped: true }
    }),
    createFunction({ id: "send-receipt", retries: 0 }, paid, async ({ step }) => {
      await step.run("render", () => ({ pages: 1 }))
      await step.run("mail", () => {
        throw new Error("SMTP 421 try later")
      })
    }),
  ]
}
