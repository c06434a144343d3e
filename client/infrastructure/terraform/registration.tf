# The registration: a function that registers as the application, invoked when this is applied and destroyed.
data "archive_file" "registration" {
  type        = "zip"
  output_path = "${path.root}/.terraform/iam-session-broker-${var.application_name}.zip"

  source {
    filename = "index.js"
    content  = file("${path.module}/../generated/registration-function.js")
  }
}

resource "aws_cloudwatch_log_group" "registration" {
  name              = "/aws/lambda/${var.application_name}-registration"
  retention_in_days = 30
}

resource "aws_iam_role" "registration" {
  name_prefix = "broker-registration-"
  description = "Registers an application at the IAM Session Broker, as that application"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "registration" {
  name = "RegisterAsApplication"
  role = aws_iam_role.registration.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sts:AssumeRole", "sts:TagSession"]
        Resource = aws_iam_role.application.arn
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.registration.arn}:*"
      },
    ]
  })
}

resource "aws_lambda_function" "registration" {
  function_name    = "${var.application_name}-registration"
  description      = "Registers an application at the IAM Session Broker"
  role             = aws_iam_role.registration.arn
  filename         = data.archive_file.registration.output_path
  source_code_hash = data.archive_file.registration.output_base64sha256
  handler          = "index.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 300

  environment {
    variables = { PROPAGATION_SECONDS = tostring(var.propagation_seconds) }
  }

  depends_on = [aws_cloudwatch_log_group.registration]
}

# Of another name it is another application: replaced, so that the earlier one is deregistered while its role is there.
resource "terraform_data" "application_name" {
  triggers_replace = var.application_name
}

resource "aws_lambda_invocation" "registration" {
  function_name   = aws_lambda_function.registration.function_name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    Endpoint        = var.broker_endpoint
    Region          = local.region
    RoleArn         = aws_iam_role.application.arn
    ApplicationName = aws_iam_role.application.name
    Registration    = jsonencode(merge(var.registration, { AccessRoleName = aws_iam_role.access.name }))
  })

  # Made after these, and destroyed before them: deregistering takes the same permissions.
  depends_on = [
    aws_iam_role_policy.invoke_credentials,
    aws_iam_role_policy.register_application,
    aws_iam_role_policy.registration,
  ]

  lifecycle {
    replace_triggered_by = [terraform_data.application_name]
  }
}
