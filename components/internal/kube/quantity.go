package kube

import "strconv"

// CPU is so many thousandths of a CPU as the API server spells them.
func CPU(milli int) string { return quantity(milli, 1000, "m", "") }

// Memory is so many MiB as the API server spells them.
func Memory(mib int) string { return quantity(mib, 1024, "Mi", "Gi") }

// quantity is n in the larger unit where that needs no fraction: what is spelt as the
// server spells it is never reported as changed.
func quantity(n, of int, small, large string) string {
	if n%of == 0 {
		return strconv.Itoa(n/of) + large
	}
	return strconv.Itoa(n) + small
}
