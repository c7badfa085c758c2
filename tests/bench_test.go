package tests

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"pitboss/stacks/market"
)

// BenchmarkCompose composes all stacks of many synthetic markets and prints what it
// took, so that anyone sees whether the cost grows with the markets or faster. MiB is
// all memory that the run took from the system:
//
//	go test ./tests -run '^$' -bench Compose -benchtime 1x
func BenchmarkCompose(b *testing.B) {
	base := markets(b)
	for _, n := range []int{10, 50, 100} {
		b.Run(fmt.Sprintf("markets=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			made, peak := 0, uint64(0)
			for b.Loop() {
				for i := range n {
					for _, r := range compose(b, synthetic(base[i%len(base)], i), false) {
						made += len(r.Resources)
					}
				}
				var after runtime.MemStats
				runtime.ReadMemStats(&after)
				peak = max(peak, after.Sys)
			}
			b.ReportMetric(float64(made)/b.Elapsed().Seconds(), "resources/s")
			b.ReportMetric(float64(made)/float64(b.N), "resources")
			b.ReportMetric(float64(peak)/(1<<20), "MiB")
		})
	}
}

// synthetic is a market like m, with a name, an account and addresses of its own.
func synthetic(m market.Market, i int) market.Market {
	m.Name = fmt.Sprintf("%s%d", m.Name, i)
	m.Account = fmt.Sprintf("%012d", 100000000000+i)
	m.Network.Home = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(2 * i), 0, 0}), 16)
	m.Network.Standby = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(2*i + 1), 0, 0}), 16)
	return m
}
