# What the module is told.
variable "broker_endpoint" {
  description = "Output APIEndpoint of the broker"
  type        = string
}

variable "broker_api_id" {
  description = "Output APIId of the broker: what the ARNs of its routes begin with"
  type        = string
}

variable "broker_service_role_name" {
  description = "Output ServicePrincipalRoleName of the broker"
  type        = string
  default     = "IAMSessionBroker"
}

variable "application_name" {
  description = "Name of the application, and of its role"
  type        = string
}

variable "access_role_name" {
  description = "Name of the role whose sessions are handed out"
  type        = string
}

variable "service" {
  description = "The AWS service that runs the application"
  type        = string
  default     = "lambda.amazonaws.com"
}

variable "registration" {
  description = "What is registered, as docs/api.md spells it, without AccessRoleName"
  type        = any

  validation {
    condition     = can(var.registration.SessionTagKey)
    error_message = "registration: SessionTagKey must be there."
  }
}

variable "propagation_seconds" {
  description = "How long a refusal may be the delay of IAM with a new role or policy"
  type        = number
  default     = 120

  validation {
    condition     = var.propagation_seconds >= 0 && var.propagation_seconds <= 200
    error_message = "propagation_seconds: must be 0 to 200."
  }
}
