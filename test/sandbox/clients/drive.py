"""Drives examples/python: answers each line of standard input, a JSON object, with one."""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import application
from session_broker import BrokerError, SessionBroker


def ask(line):
    if "tokens" not in line:
        return application.read(line["token"], line["bucket"], line["key"])
    broker = SessionBroker(os.environ["ISB_API_ENDPOINT"], "eu-west-1", max_tokens=line["maxTokens"])
    for token in line["tokens"]:
        with ThreadPoolExecutor(line["atOnce"]) as threads:
            list(threads.map(lambda _: broker.credentials(token).get_frozen_credentials(), range(line["atOnce"])))
    return "asked"


for text in sys.stdin:
    try:
        answer = {"text": ask(json.loads(text))}
    except BrokerError as error:
        retry_after = error.retry_after
        answer = {"error": str(error), "code": error.code, "status": error.status, "retryAfter": retry_after}
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
