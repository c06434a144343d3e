"""Tenant-scoped AWS credentials from an IAM Session Broker, for boto3."""
import hashlib
import json
import threading
from collections import OrderedDict
from concurrent.futures import Future
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies


class BrokerError(Exception):
    """No credentials. `code` and `status` are None where the broker itself did not answer, or nobody did."""

    def __init__(self, message, code=None, status=None, retry_after=None):
        super().__init__(message)
        self.code, self.status, self.retry_after = code, status, retry_after


class SessionBroker:
    """Thread-safe. Keeps the credentials of the tokens used last, by the digests of those and of what data they are for."""

    def __init__(self, endpoint, region, max_tokens=1000):
        url = urlsplit(endpoint)
        if url.scheme != "https" and (url.scheme, url.hostname) not in (("http", "127.0.0.1"), ("http", "localhost")):
            raise ValueError("endpoint: must be an https URL; http is for loopback alone")
        self._url = endpoint.rstrip("/") + "/credentials"
        self._region, self._max_tokens = region, max_tokens
        self._own = boto3.Session().get_credentials()
        self._http = URLLib3Session(timeout=10, proxies=get_environ_proxies(self._url))
        self._kept, self._lock = OrderedDict(), threading.Lock()

    def session(self, token, **data):
        """A new session of the token's tenant. Like any, it is for one thread; the clients that it makes are for all.
        With target, permission and, where it is other than an hour, duration_seconds it is for those data alone."""
        core = botocore.session.Session()
        core.register_component("credential_provider", CredentialResolver([_Found(self.credentials(token, **data))]))
        return boto3.Session(botocore_session=core)

    def credentials(self, token, target=None, permission=None, duration_seconds=None):
        """Credentials that renew themselves. Who asks for the same at once shares one request."""
        data = {"Target": target, "Permission": permission, "DurationSeconds": duration_seconds}
        asked = {"JWT": token, **{name: value for name, value in data.items() if value is not None}}
        key = hashlib.sha256(json.dumps(asked).encode()).digest()
        with self._lock:
            is_new = key not in self._kept
            future = self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
            while len(self._kept) > self._max_tokens:
                self._kept.popitem(last=False)
        if is_new:
            try:
                future.set_result(self._renewing(asked))
            except BaseException as error:
                with self._lock:
                    if self._kept.get(key) is future:
                        del self._kept[key]
                future.set_exception(error)
        return future.result()

    def _renewing(self, asked):
        # What the broker hands out lasts for seven and a half minutes at least, however short the sessions are, and for data
        # a quarter of fifteen: botocore's own fifteen minutes would ask it at every call.
        advisory = 200 if "Target" in asked else 300
        return RefreshableCredentials.create_from_metadata(
            self._ask(asked), lambda: self._ask(asked), "iam-session-broker", advisory_timeout=advisory, mandatory_timeout=60
        )

    def _ask(self, asked):
        if self._own is None:
            raise BrokerError("the application has no AWS credentials of its own to sign with")
        body = json.dumps(asked).encode()
        request = AWSRequest("POST", self._url, {"Content-Type": "application/json"}, body)
        SigV4Auth(self._own.get_frozen_credentials(), "execute-api", self._region).add_auth(request)
        try:
            response = self._http.send(request.prepare())
        except BotoCoreError as error:
            raise BrokerError(f"the broker did not answer: {type(error).__name__}") from None
        try:
            answer = json.loads(response.content)
            if response.status_code == 200:
                names = {"access_key": "AccessKeyId", "secret_key": "SecretAccessKey", "token": "SessionToken"}
                if "Target" in asked and not _reaches(answer["MatchedGrantTarget"], asked["Target"]):
                    raise KeyError("credentials for other data")
                return {"expiry_time": answer["Expiration"], **{ours: answer[its] for ours, its in names.items()}}
            code, message = answer.get("code"), answer.get("message")
        except (ValueError, KeyError, TypeError, AttributeError):
            code = None
        status, retry_after = response.status_code, response.headers.get("Retry-After", "")
        if code is None:
            # Of a gateway or a proxy, whose words may repeat what was sent.
            message = f"the answer is not the broker's: status {status}"
        raise BrokerError(message, code, status, int(retry_after) if retry_after.isdecimal() else None)


def _reaches(scope, target):
    """Whether all of the target lies in the scope, which ends in an asterisk or is one object."""
    prefix = scope.rstrip("*")
    return target.rstrip("*").startswith(prefix) if prefix != scope else target == scope


class _Found(CredentialProvider):
    METHOD = "iam-session-broker"

    def __init__(self, credentials):
        super().__init__()
        self._credentials = credentials

    def load(self):
        return self._credentials
