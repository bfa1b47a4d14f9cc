"""A test of somebody's Python code, by the standard library alone: it drives a mock Inngest by HTTP. Run by control.test.ts."""

import http.client
import json
import sys
import unittest
import urllib.error
import urllib.request

BASE = sys.argv.pop()


def call(method, path, body=None):
    """The code's own requests and the mock's controls look alike."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}  # without it urllib says it is a form, which no Inngest takes
    request = urllib.request.Request(BASE + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read().decode()
        return json.loads(text) if text else None


def mock(method, path, body=None):
    return call(method, "/__mock" + path, body)["data"]


def pay(order_id):
    return call("POST", "/e/my-key", {"name": "shop/order.paid", "data": {"id": order_id}})


class PayTest(unittest.TestCase):
    def setUp(self):
        mock("POST", "/reset")

    def test_paying_sends_one_event(self):
        pay(7)
        self.assertEqual([event["data"] for event in mock("GET", "/sent?name=shop/order.paid")], [{"id": 7}])
        self.assertEqual(mock("GET", "/wait?name=shop/order.paid")["data"], {"id": 7})

    def test_state_is_seeded_and_changed(self):
        mock("POST", "/seed", {"events": [{"name": "seeded"}], "workflows": [{"workflowId": "order-7", "status": "running"}]})
        self.assertEqual(call("GET", "/v1/workflows/order-7")["Status"], "running")
        call("PUT", "/v1/workflows/order-7", {"WorkflowID": "order-7", "Status": "completed"})
        self.assertEqual([state["Status"] for state in mock("GET", "/workflows?status=completed")], ["completed"])
        self.assertEqual(mock("GET", "/sent"), [])
        self.assertEqual([event["name"] for event in call("GET", "/v1/events")["data"]], ["seeded"])

    def test_failures_are_planned_and_taken_back(self):
        plan = mock("POST", "/fail", {"route": "send", "status": 503, "times": 1})
        mock("POST", "/fail", [{"route": "send", "reset": True}])
        with self.assertRaises(urllib.error.HTTPError) as refused:
            pay(7)
        self.assertEqual(refused.exception.code, 503)
        refused.exception.close()
        with self.assertRaises((http.client.HTTPException, urllib.error.URLError, ConnectionError)):
            pay(7)
        mock("DELETE", "/plans/" + plan["id"])
        mock("DELETE", "/plans")
        pay(8)
        self.assertEqual(
            [(request["route"], request.get("status"), request.get("failure")) for request in mock("GET", "/requests")],
            [("events.send", 503, "status"), ("events.send", None, "reset"), ("events.send", 200, None)],
        )

    def test_a_reset_forgets_all(self):
        pay(7)
        mock("POST", "/offline")
        mock("POST", "/reset")
        self.assertEqual((mock("GET", "/sent"), mock("GET", "/requests")), ([], []))
        pay(7)

    def test_mistakes_are_named(self):
        for path, body, code, message in [
            ("/fail", {"route": "sned", "status": 503}, 400, '"sned" is no route'),
            ("/fail", {"route": "send", "status": 503, "tmies": 1}, 400, "no option tmies"),
            ("/seed", {"events": [{"name": ""}]}, 400, "events[0].name"),
            ("/nothing", {}, 404, "GET /__mock/sent"),
            ("/sent", {}, 405, "takes GET"),
        ]:
            with self.assertRaises(urllib.error.HTTPError) as refused:
                mock("POST", path, body)
            with refused.exception as error:
                self.assertEqual(error.code, code)
                self.assertIn(message, json.load(error)["error"])
        with self.assertRaises(urllib.error.HTTPError) as late:
            mock("GET", "/wait?name=never&timeout=1ms")
        with late.exception as error:
            self.assertEqual((error.code, 'no event "never" within 1 ms' in json.load(error)["error"]), (408, True))


if __name__ == "__main__":
    unittest.main()
