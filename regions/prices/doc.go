// Package prices is the table of what AWS's services cost: list prices, On-Demand, without
// taxes and discounts. It is data, in prices.yaml: each row has its region, its source and
// how far that was verified. Whoever estimates what a market costs imports it.
//
// A price that was not found is not in the table, and nobody makes one up: what asks for it
// says so. A row of region "*" holds in every region, because its source says so or because
// the service is in none. To bring the table up to date, ask AWS's Price List API, correct
// the rows and their sources, and change the date.
package prices
