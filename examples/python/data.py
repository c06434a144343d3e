"""An application that reads data of S3 that its users were granted."""
import os

from session_broker import SessionBroker

broker = SessionBroker(os.environ["ISB_API_ENDPOINT"], region="eu-west-1")


def read_users(jwt, bucket, name):
    """With credentials that read below this prefix, and nothing else."""
    s3 = broker.session(jwt, target=f"s3://{bucket}/users/*", permission="READ", duration_seconds=900).client("s3")
    return s3.get_object(Bucket=bucket, Key=f"users/{name}")["Body"].read().decode()
