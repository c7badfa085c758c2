package plane

// Store is one replicated store: an Aurora global database or an ElastiCache global
// datastore.
type Store struct {
	Kind   string // Postgres or Redis
	Global string // GlobalClusterIdentifier, GlobalReplicationGroupId
	Name   string // for PostgreSQL also the database's name
	// User and Password are PostgreSQL's master user; Redis has its AUTH token in Password.
	User, Password string
	Members        []Member
}

// Member is one region's cluster of a store. Writer counts when the store is made; later
// the plane itself knows who writes.
type Member struct {
	Region, ID, ARN string
	Writer          bool
}

// Endpoint is where and as whom a server is asked.
type Endpoint struct {
	Host                     string
	Port                     int
	User, Password, Database string
}
