resource "aws_launch_template" "nodes" {
  name                   = "nodes"
  image_id               = "ami-0c55b159cbfafe1f0"
  instance_type          = "c4.xlarge"
  update_default_version = true

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 50
      volume_type           = "gp2"
      delete_on_termination = true
      encrypted             = true
    }
  }

  block_device_mappings {
    device_name = "/dev/xvdb"

    ebs {
      delete_on_termination = true
      encrypted             = true
      volume_size           = 1200
      volume_type           = "gp2" # layers of images
    }
  }
}

resource "aws_autoscaling_group" "nodes" {
  name               = "nodes"
  availability_zones = ["us-east-1a"]
  min_size           = 1
  max_size           = 6

  launch_template {
    id      = aws_launch_template.nodes.id
    version = "$Latest"
  }
}
