package cloud

import "slices"

// repositoryMayExist: a free name, and a key that its registry can use.
func (c *Cloud) repositoryMayExist(r Resource) error {
	_, err := c.get(r.Account, r.Region, r.Type, r.ID)
	if err == nil {
		return refuse("ECR", "CreateRepository", "RepositoryAlreadyExistsException",
			"The repository with name '%s' already exists in the registry with id '%s'", r.ID, r.Account)
	}
	if !IsNotFound(err) {
		return err
	}
	for _, key := range names(r.at("encryptionConfigurations.kmsKey")) {
		if err := c.keyUsable(r, key, "ECR", "CreateRepository", "KmsException"); err != nil {
			return err
		}
	}
	return nil
}

// oneOfARegistry is about settings of which an account has one a region. AWS takes a second for
// a change of the first and says nothing: two resources would then overwrite each other at
// every run, so here the second is refused.
func oneOfARegistry(operation, what string) func(*Cloud, Resource) error {
	return func(c *Cloud, r Resource) error {
		_, err := c.get(r.Account, r.Region, r.Type, r.ID)
		if err == nil {
			return refuse("ECR", operation, "OverwritesInSilence",
				"The registry %s has a %s already, and AWS would put this one in its place without a word. Declare one an account and region", registry(r), what)
		}
		return notMissing(err)
	}
}

// replicationFits: images go to another registry, or to another region of the same account.
func (c *Cloud) replicationFits(r Resource) error {
	for _, rule := range listed(r.at("replicationConfiguration.rules")) {
		for _, d := range listed(at(rule, []string{"destinations"})) {
			destination, _ := d.(map[string]any)
			if destination["region"] == r.Region && destination["registryId"] == r.Account {
				return refuse("ECR", "PutReplicationConfiguration", "ValidationException",
					"Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: 'A registry is not replicated to itself: %s'", registry(r))
			}
		}
	}
	return nil
}

// scanningFits: the basic scanner knows no continuous scan.
func (c *Cloud) scanningFits(r Resource) error {
	if r.String("scanType") == "BASIC" && slices.Contains(names(r.at("rules.scanFrequency")), "CONTINUOUS_SCAN") {
		return refuse("ECR", "PutRegistryScanningConfiguration", "ValidationException",
			"Invalid parameter at 'rules' failed to satisfy constraint: 'CONTINUOUS_SCAN needs the scan type ENHANCED'")
	}
	return nil
}

// all holds several laws, in order.
func all(laws ...func(*Cloud, Resource) error) func(*Cloud, Resource) error {
	return func(c *Cloud, r Resource) error {
		for _, law := range laws {
			if err := law(c, r); err != nil {
				return err
			}
		}
		return nil
	}
}
