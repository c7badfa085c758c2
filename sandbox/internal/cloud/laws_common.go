package cloud

import "strings"

// nameFree refuses a second resource with the same id, for services in which
// the caller chooses it.
func nameFree(service, operation, code, words string) func(*Cloud, Resource) error {
	return func(c *Cloud, r Resource) error {
		_, err := c.get(r.Account, r.Region, r.Type, r.ID)
		if err == nil {
			return refuse(service, operation, code, words, r.ID)
		}
		return notMissing(err)
	}
}

// nameTaken refuses a second resource of the same name, for services whose ids
// are their own.
func nameTaken(service, operation, code, attribute, words string) func(*Cloud, Resource) error {
	return func(c *Cloud, r Resource) error {
		name := r.String(attribute)
		found, err := c.find(r.Type, func(o Resource) bool {
			return o.Account == r.Account && (o.Region == r.Region || regionless(r.Type)) && o.String(attribute) == name
		})
		if err != nil || len(found) == 0 {
			return err
		}
		return refuse(service, operation, code, words, name)
	}
}

// keyUsable: a KMS key that a service is given is one of its own region. AWS's
// own keys and aliases are taken on trust.
func (c *Cloud) keyUsable(r Resource, key, service, operation, code string) error {
	if key == "" || strings.Contains(key, "alias/") || strings.HasPrefix(key, "aws/") {
		return nil
	}
	id, region := key[strings.LastIndex(key, "/")+1:], r.Region
	if parts := strings.Split(key, ":"); len(parts) == 6 {
		region = parts[3]
	}
	if region == r.Region {
		for _, tfType := range []string{"aws_kms_key", "aws_kms_replica_key"} {
			if _, err := c.get(r.Account, region, tfType, id); !IsNotFound(err) {
				return err
			}
		}
		for _, s := range []string{"backup", "ecr", "elasticache", "kafka", "rds"} { // the service's own key
			if key == defaultKey(r, s) {
				return nil
			}
		}
	}
	return refuse(service, operation, code,
		"The specified KMS key [%s] does not exist in %s, is not enabled or you do not have permissions to access it.", key, r.Region)
}

// roleExists judges the ARN of a role that a service is to assume. Roles that AWS
// makes for its services exist without anyone creating them.
func (c *Cloud) roleExists(r Resource, arn, service, operation, code string) error {
	if arn == "" || strings.Contains(arn, ":role/aws-service-role/") {
		return nil
	}
	_, err := c.get(r.Account, r.Region, "aws_iam_role", arn[strings.LastIndex(arn, "/")+1:])
	if IsNotFound(err) {
		return refuse(service, operation, code, "The role %s does not exist or cannot be assumed by the service.", arn)
	}
	return err
}

// secretIn reports whether a secret, or a copy of one, has this ARN in region: a
// copy's differs from its source's in the region alone.
func (c *Cloud) secretIn(account, region, arn string) (bool, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 7 || parts[3] != region {
		return false, nil
	}
	found, err := c.find("aws_secretsmanager_secret", func(s Resource) bool {
		if s.Account != account || s.ID[strings.LastIndex(s.ID, ":")+1:] != parts[6] {
			return false
		}
		if s.Region == region {
			return true
		}
		for _, copied := range names(s.at("replicas.region")) {
			if copied == region {
				return true
			}
		}
		return false
	})
	return len(found) > 0, err
}
