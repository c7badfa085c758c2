package ledger

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
)

// Endpoint is where one member of a store answers.
type Endpoint struct {
	Host     string
	Port     int
	User     string
	Password string
	Database string
}

// Address is host:port.
func (e Endpoint) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// URL is the endpoint as PostgreSQL's clients take it. It holds the password: never print it.
func (e Endpoint) URL() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(e.User, e.Password), Host: e.Address(), Path: "/" + e.Database,
		RawQuery: "sslmode=disable&connect_timeout=1"}
	return u.String()
}

// Config is what one region's process is told, in a file of its own because it holds
// passwords.
type Config struct {
	Market, Region string
	// Listen is the loopback address to answer on, "127.0.0.1:40123".
	Listen string
	// Ledger and Sessions are the region's own members.
	Ledger, Sessions Endpoint
	// Kubeconfig is a file that reaches the region's cluster; Namespace is that of the
	// wallet service.
	Kubeconfig, Namespace string
	// Peers are the other regions' processes, "http://127.0.0.1:40124" by region.
	Peers map[string]string
	// Token is what a fault must show.
	Token string
	// Sour are the indicators that are sour from the start.
	Sour []string
}

// Validate says which field is missing.
func (c Config) Validate() error {
	for _, f := range []struct{ name, value string }{
		{"Market", c.Market}, {"Region", c.Region}, {"Listen", c.Listen}, {"Ledger.Host", c.Ledger.Host},
		{"Sessions.Host", c.Sessions.Host}, {"Kubeconfig", c.Kubeconfig}, {"Namespace", c.Namespace}, {"Token", c.Token},
	} {
		if f.value == "" {
			return fmt.Errorf("casino: the ledger's %s is empty: set it", f.name)
		}
	}
	if _, self := c.Peers[c.Region]; self {
		return fmt.Errorf("casino: %s is among its own peers: list the other regions only", c.Region)
	}
	return nil
}

// Write keeps the configuration where only the owner can read it.
func (c Config) Write(file string) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// ReadConfig reads what Write wrote.
func ReadConfig(file string) (Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("casino: the ledger's configuration: %w", err)
	}
	var c Config
	if err := json.Unmarshal(data, &c); err != nil {
		return Config{}, fmt.Errorf("casino: %s: %w", file, err)
	}
	return c, c.Validate()
}
