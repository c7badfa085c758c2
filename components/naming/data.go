package naming

import "pitboss/regions"

// GlobalDatabase is the global identity of a database: it belongs to no region and
// outlives every member.
func (m Market) GlobalDatabase(database string) string {
	return limited(databaseLimit, platform, m.Name, database)
}

// DatabaseCluster is a database's member in r. Aurora wants it unique over all regions
// of a global database, and it cannot be renamed.
func (m Market) DatabaseCluster(r regions.Region, database string) string {
	return limited(databaseLimit, platform, m.Name, r.String(), database)
}

// DatabaseLogs is the log group that Aurora exports a cluster's log to. AWS chooses the
// form; creating it first is how it gets a key and a retention.
func DatabaseLogs(cluster string) string { return "/aws/rds/cluster/" + cluster + "/postgresql" }

// ProxyLogs is the log group that RDS Proxy writes to. AWS chooses the form.
func ProxyLogs(proxy string) string { return "/aws/rds/proxy/" + proxy }

// Cache is the ElastiCache replication group of cache in r.
func (m Market) Cache(r regions.Region, cache string) string {
	return limited(cacheLimit, m.Name, r.String(), cache)
}

// CacheLogs is the log group of cache in r.
func (m Market) CacheLogs(r regions.Region, cache string) string {
	return "/" + platform + "/" + m.Cache(r, cache) + "/redis"
}

// Kafka is the MSK cluster in r.
func (m Market) Kafka(r regions.Region) string {
	return limited(kafkaLimit, platform, m.Name, r.String())
}

// KafkaLogs is the log group of the brokers in r.
func (m Market) KafkaLogs(r regions.Region) string {
	return "/" + platform + "/" + m.Cluster(r) + "/kafka"
}

// Secret is the Secrets Manager entry of one consumer, the same in every region.
func (m Market) Secret(consumer string) string { return platform + "/" + m.Name + "/" + consumer }

// BackupVault is the vault for a database's recovery points in r.
func (m Market) BackupVault(r regions.Region, database string) string {
	return limited(vaultLimit, platform, m.Name, database, r.String())
}

// BackupVaultARN is the ARN of that vault, which plans of the other region copy to.
func (m Market) BackupVaultARN(r regions.Region, database string) string {
	return "arn:aws:backup:" + r.String() + ":" + m.Account + ":backup-vault:" + m.BackupVault(r, database)
}

// LoadBalancer is the load balancer, or the target group behind it, for purpose in r.
func (m Market) LoadBalancer(r regions.Region, purpose string) string {
	return limited(frontLimit, m.Name, r.String(), purpose)
}
