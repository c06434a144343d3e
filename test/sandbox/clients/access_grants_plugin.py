"""AWS's plugin for boto3: asked line by line for a target and a permission, at a time that the line tells, as its S3 client would ask."""

import json
import sys

import boto3
from aws_s3_access_grants_boto3_plugin.cache.access_denied_cache import AccessDeniedCache
from aws_s3_access_grants_boto3_plugin.cache.access_grants_cache import AccessGrantsCache
from aws_s3_access_grants_boto3_plugin.cache.cache_key import CacheKey
from aws_s3_access_grants_boto3_plugin.s3_access_grants_plugin import S3AccessGrantsPlugin
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
plugin = S3AccessGrantsPlugin(s3, fallback_enabled=False)
account_id = plugin.sts_client.get_caller_identity()["Account"]
credentials = s3._get_credentials()
seconds = 0


def begin(line):
    """With empty caches, whose times are the plugin's own where the line has none."""
    plugin.access_denied_cache = AccessDeniedCache(**line["denied"])
    plugin.access_grants_cache = AccessGrantsCache(**line["granted"])
    plugin.access_denied_cache.access_denied_cache.timer = lambda: seconds
    plugin.access_grants_cache.access_grants_cache.timer = lambda: seconds
    return {}


def ask(line):
    key = CacheKey(credentials=credentials, permission=line["permission"], s3_prefix=line["target"])
    control = plugin._get_s3_control_client_for_region(line["target"].split("/")[2])
    try:
        vended = plugin._get_value_from_cache(key, control, account_id)
    except ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    return {"text": vended["AccessKeyId"]}


for text in sys.stdin:
    line = json.loads(text)
    seconds = line.get("seconds", 0)
    print(json.dumps(begin(line) if "granted" in line else ask(line)), flush=True)
