# Encryption by default: a setting of an account and region that encrypts every new volume, whatever the volume says.
package parapet.lib.aws_ebs

import rego.v1

# The plan turns it on where the resource is made. Regions are compared where the provider tells them (version 6);
# earlier versions keep the region in the provider's configuration, which no plan shows.
encrypted_by_default(resource) if {
	some setting in input.plan.by_type.aws_ebs_encryption_by_default
	on(setting)
	not elsewhere(setting, resource)
}

elsewhere(setting, resource) if setting.values.region != resource.values.region

# It is on when nothing is said; a value that is not known is a question for the rule about it.
on(setting) if setting.values.enabled

on(setting) if {
	is_object(setting.config)
	not setting.config.enabled
	not setting.values.enabled == false
}
