# Laid out by hand; terraform fmt would have it otherwise.
resource "aws_ebs_volume" "a" {
    availability_zone="us-east-1a"
    size=2000
    type="gp3"   # and so on
    iops = 6000
    throughput = 250
    tags={Name="a"}
}
resource aws_instance b {
  ami = "ami-0c55b159cbfafe1f0"
  instance_type      =    "m6i.16xlarge"
}
