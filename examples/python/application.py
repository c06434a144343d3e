"""An application that reads its tenants' objects."""
import os

from session_broker import SessionBroker

broker = SessionBroker(os.environ["ISB_API_ENDPOINT"], region="eu-west-1")


def read(jwt, bucket, key):
    s3 = broker.session(jwt).client("s3")
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
