# Laid out by hand; terraform fmt would have it otherwise.
resource "aws_ebs_volume" "a" {
    availability_zone="us-east-1a"
    size=2000
    type="gp2"   # and so on
    tags={Name="a"}
}
resource aws_instance b {
  ami = "ami-0c55b159cbfafe1f0"
  instance_type      =    "m4.16xlarge"
}
