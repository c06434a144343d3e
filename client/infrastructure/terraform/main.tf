# An application of the IAM Session Broker: its two roles, and what they may do. The registration: registration.tf.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  api             = "arn:${local.partition}:execute-api:${local.region}:${local.account}:${var.broker_api_id}/$default"
  service_role    = "arn:${local.partition}:iam::${local.account}:role/${var.broker_service_role_name}"
  session         = "IAMSessionBrokerRegistration"
  source_identity = can(var.registration.SourceIdentityClaim) ? ["sts:SetSourceIdentity"] : []
}

resource "aws_iam_role" "application" {
  name = var.application_name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = var.service }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = aws_iam_role.registration.arn }
        Condition = { StringEquals = { "sts:RoleSessionName" = local.session } }
      },
      {
        Effect    = "Allow"
        Action    = "sts:TagSession"
        Principal = { AWS = aws_iam_role.registration.arn }
        Condition = {
          StringEquals                = { "aws:RequestTag/${local.session}" = "Allowed" }
          "ForAllValues:StringEquals" = { "aws:TagKeys" = [local.session] }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "invoke_credentials" {
  name = "InvokeCredentials"
  role = aws_iam_role.application.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "execute-api:Invoke"
      Resource = ["${local.api}/GET/credentials", "${local.api}/POST/credentials"]
    }]
  })
}

# Denied to every session that lacks the tag, or the name: only the function below can have both.
resource "aws_iam_role_policy" "register_application" {
  name = "RegisterApplication"
  role = aws_iam_role.application.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "execute-api:Invoke"
        Resource = "${local.api}/*/applications"
      },
      {
        Effect    = "Deny"
        Action    = "execute-api:Invoke"
        Resource  = "${local.api}/*/applications"
        Condition = { StringNotEquals = { "aws:PrincipalTag/${local.session}" = "Allowed" } }
      },
      {
        Effect    = "Deny"
        Action    = "execute-api:Invoke"
        Resource  = "${local.api}/*/applications"
        Condition = { StringNotLike = { "aws:userid" = "*:${local.session}" } }
      },
    ]
  })
}

# Give it the policies that reach the tenant's data.
resource "aws_iam_role" "access" {
  name        = var.access_role_name
  description = "Handed out by the IAM Session Broker, with the tenant as session tag"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = local.service_role }
        Condition = { StringEquals = { "sts:ExternalId" = var.application_name } }
      },
      {
        Effect    = "Allow"
        Action    = concat(["sts:TagSession"], local.source_identity)
        Principal = { AWS = local.service_role }
      },
    ]
  })
}
