# What the module tells.
output "application_role_arn" {
  description = "What the application runs as"
  value       = aws_iam_role.application.arn
}

output "access_role_name" {
  description = "Give it the policies that reach the tenant's data"
  value       = aws_iam_role.access.name
}

output "external_id" {
  value = jsondecode(aws_lambda_invocation.registration.result).ExternalId
}

output "application_role_id" {
  value = jsondecode(aws_lambda_invocation.registration.result).ApplicationRoleId
}

output "warnings" {
  description = "What the broker warned of; none"
  value       = jsondecode(aws_lambda_invocation.registration.result).Warnings
}
