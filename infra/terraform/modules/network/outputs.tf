output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Private subnets, one per zone."
  value       = aws_subnet.private[*].id
}

output "nat_addresses" {
  description = "Addresses that upstreams and Supabase see: for their allow-lists."
  value       = aws_eip.nat[*].public_ip
}
