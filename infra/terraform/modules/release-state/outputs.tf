output "image_tag" {
  description = "Tag that runs now, as the last release recorded it."
  value       = aws_ssm_parameter.release["image-tag"].insecure_value
}
