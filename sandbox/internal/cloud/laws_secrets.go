package cloud

import "time"

// secretMayExist: a name that is free, also of what was deleted and waits, and
// keys that the copies can use.
func (c *Cloud) secretMayExist(r Resource) error {
	const op = "CreateSecret"
	taken := nameTaken("Secrets Manager", op, "ResourceExistsException", "name", "The operation failed because the secret %s already exists.")
	if err := taken(c, r); err != nil {
		return err
	}
	waits, err := c.getFrom(buriedBucket, r.Account, r.Region, r.Type, r.String("name"))
	if err == nil && c.options.Now().Before(waits.Until) {
		return refuse("Secrets Manager", op, "InvalidRequestException",
			"You can't create this secret because a secret with this name is already scheduled for deletion.")
	}
	if err := notMissing(err); err != nil {
		return err
	}
	return c.secretKeysUsable(r)
}

func (c *Cloud) secretKeysUsable(r Resource) error {
	const op, code = "CreateSecret", "InvalidParameterException"
	if err := c.keyUsable(r, r.String("kmsKeyId"), "Secrets Manager", op, code); err != nil {
		return err
	}
	replicas, _ := r.Props["replicas"].([]any)
	for _, v := range replicas {
		replica, _ := v.(map[string]any)
		there := r
		there.Region, _ = replica["region"].(string)
		key, _ := replica["kmsKeyId"].(string)
		if there.Region == r.Region {
			return refuse("Secrets Manager", op, code, "Invalid replica region: %s is the secret's own.", r.Region)
		}
		if err := c.keyUsable(there, key, "Secrets Manager", op, code); err != nil {
			return err
		}
	}
	return nil
}

// inSync is what Secrets Manager reports of a secret's copies.
func inSync(_ *Cloud, r *Resource, _ *batch) error {
	replicas, _ := r.Props["replicas"].([]any)
	for _, v := range replicas {
		if replica, ok := v.(map[string]any); ok {
			replica["status"] = "InSync"
			if key, _ := replica["kmsKeyId"].(string); key == "" {
				replica["kmsKeyId"] = "alias/aws/secretsmanager"
			}
		}
	}
	return nil
}

// scheduleSecret: a deleted secret keeps its name through its recovery window.
func (c *Cloud) scheduleSecret(r Resource, b *batch) error {
	versions, err := c.find("aws_secretsmanager_secret_version", func(v Resource) bool { return v.String("secretId") == r.ID })
	b.remove = append(b.remove, versions...)
	days, ok := r.Props["recoveryWindowInDays"].(float64)
	if !ok {
		days = 30
	}
	if days == 0 {
		return err
	}
	waits := Resource{Account: r.Account, Region: r.Region, Type: r.Type, ID: r.String("name"), URN: r.URN, Created: r.Created,
		Until: c.options.Now().UTC().Add(time.Duration(days) * 24 * time.Hour)}
	b.bury = append(b.bury, waits)
	return err
}

// compliant says since when nobody can change a vault's lock; ok is false for a
// lock in governance mode, which those with the right may change.
func compliant(lock Resource) (since time.Time, ok bool) {
	days, ok := lock.Props["changeableForDays"].(float64)
	return lock.Created.AddDate(0, 0, int(days)), ok && days > 0
}

func (c *Cloud) locked(r Resource, vault string) (bool, error) {
	lock, err := c.get(r.Account, r.Region, "aws_backup_vault_lock_configuration", vault)
	if err != nil {
		return false, notMissing(err)
	}
	since, ok := compliant(lock)
	return ok && !c.options.Now().Before(since), nil
}

// lockMayExist: a compliance lock leaves three days at least to think again.
func (c *Cloud) lockMayExist(r Resource) error {
	const op = "PutBackupVaultLockConfiguration"
	if days, ok := r.Props["changeableForDays"].(float64); ok && days != 0 && days < 3 {
		return refuse("Backup", op, "InvalidParameterValueException", "changeableForDays must be at least 3, got %d", int(days))
	}
	least, _ := r.Props["minRetentionDays"].(float64)
	most, ok := r.Props["maxRetentionDays"].(float64)
	if ok && most != 0 && most < least {
		return refuse("Backup", op, "InvalidParameterValueException", "maxRetentionDays %d is below minRetentionDays %d", int(most), int(least))
	}
	return c.lockMayGo(r)
}

// lockMayGo is for its deletion and its replacement alike.
func (c *Cloud) lockMayGo(r Resource) error {
	shut, err := c.locked(r, r.String("backupVaultName"))
	if err == nil && shut {
		return refuse("Backup", "DeleteBackupVaultLockConfiguration", "InvalidRequestException",
			"Backup vault %s is locked in compliance mode: its lock cannot be changed or deleted by anybody.", r.String("backupVaultName"))
	}
	return err
}

func (c *Cloud) vaultMayExist(r Resource) error {
	free := nameFree("Backup", "CreateBackupVault", "AlreadyExistsException", "Backup vault with the same name already exists: %s")
	if err := free(c, r); err != nil {
		return err
	}
	return c.keyUsable(r, r.String("kmsKeyArn"), "Backup", "CreateBackupVault", "InvalidParameterValueException")
}

// vaultMayGo: an empty one, or one whose recovery points may be deleted first.
func (c *Cloud) vaultMayGo(r Resource) error {
	points, _ := r.Props["recoveryPoints"].(float64)
	if points == 0 {
		return nil
	}
	shut, err := c.locked(r, r.ID)
	if err != nil {
		return err
	}
	if force, _ := r.Props["forceDestroy"].(bool); force && !shut {
		return nil
	}
	if shut {
		return refuse("Backup", "DeleteRecoveryPoint", "InvalidRequestException",
			"Recovery points of backup vault %s are locked in compliance mode and cannot be deleted before their retention ends.", r.ID)
	}
	return refuse("Backup", "DeleteBackupVault", "InvalidRequestException",
		"Backup vault cannot be deleted because it contains recovery points (%s)", r.ID)
}

// unlockVault: a vault's lock goes with it.
func (c *Cloud) unlockVault(r Resource, b *batch) error {
	lock, err := c.get(r.Account, r.Region, "aws_backup_vault_lock_configuration", r.ID)
	if err == nil {
		b.remove = append(b.remove, lock)
	}
	return notMissing(err)
}

// planFits: what goes to cold storage stays there for 90 days at least.
func planFits(_ *Cloud, r Resource) error {
	rules, _ := r.Props["rules"].([]any)
	for _, v := range rules {
		rule, _ := v.(map[string]any)
		lifecycle, _ := rule["lifecycle"].(map[string]any)
		cold, _ := lifecycle["coldStorageAfter"].(float64)
		gone, _ := lifecycle["deleteAfter"].(float64)
		if cold > 0 && gone > 0 && gone < cold+90 {
			return refuse("Backup", "CreateBackupPlan", "InvalidParameterValueException",
				"Error in rule %v : Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays", rule["ruleName"])
		}
	}
	return nil
}

func (c *Cloud) selectionMayExist(r Resource) error {
	return c.roleExists(r, r.String("iamRoleArn"), "Backup", "CreateBackupSelection", "InvalidParameterValueException")
}
