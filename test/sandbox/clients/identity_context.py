"""Exchanges a user's token and assumes a role for the user, as an application does it with boto3."""

import json
import os
import sys

import boto3

token = sys.stdin.read()
answer = boto3.client("sso-oidc").create_token_with_iam(
    clientId=os.environ["APPLICATION_ARN"],
    grantType="urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion=token,
)
session = boto3.client("sts").assume_role(
    RoleArn=os.environ["ROLE_ARN"],
    RoleSessionName="boto3",
    ProvidedContexts=[
        {
            "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter",
            "ContextAssertion": answer["awsAdditionalDetails"]["identityContext"],
        }
    ],
)["Credentials"]
caller = boto3.client(
    "sts",
    aws_access_key_id=session["AccessKeyId"],
    aws_secret_access_key=session["SecretAccessKey"],
    aws_session_token=session["SessionToken"],
)
again = "accepted"
try:
    boto3.client("sso-oidc").create_token_with_iam(
        clientId=os.environ["APPLICATION_ARN"],
        grantType="urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion=token,
    )
except boto3.client("sso-oidc").exceptions.InvalidGrantException as refusal:
    again = refusal.response["error"]
print(json.dumps({"caller": caller.get_caller_identity()["Arn"], "scope": answer["scope"], "again": again}))
