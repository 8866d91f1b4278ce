package parapet.lib.aws_eks_test

import data.parapet.lib.aws_eks
import rego.v1

test_versions_out_of_support_are_said if {
	aws_eks.unsupported("1.28") == "is out of standard support since 2024-11-26"
	aws_eks.unsupported("1.19") == "is out of support"
}

test_others_pass if {
	every version in ["1.34", "2.0", "latest"] { not aws_eks.unsupported(version) }
}
