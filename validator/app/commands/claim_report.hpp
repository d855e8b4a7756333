#pragma once

#include "serve/owed_claims.hpp"

#include <string>
#include <vector>

namespace pramana::app {

/// A key and what is owed for its work, as `chain claim` shows it.
struct KeyClaims {
    Address key;
    bool is_previous = false;
    Wei balance;
    std::vector<OwedClaim> owed;
};

/// What is about to be done, at this price of a unit of gas.
[[nodiscard]] std::string plan_text(const std::vector<KeyClaims>& keys,
                                    std::uint64_t gas_price_wei);
/// One line: what became of the claim just now.
[[nodiscard]] std::string step_text(const OwedClaim& claim);
/// The last line: how many of how many, and what it cost.
[[nodiscard]] std::string end_text(const std::vector<KeyClaims>& keys);
/// Everything as one JSON object and a line end.
[[nodiscard]] std::string claims_json(const std::vector<KeyClaims>& keys,
                                      std::uint64_t gas_price_wei, bool dry_run);

/// Whether every claim that was bound did its work.
[[nodiscard]] bool all_claimed(const std::vector<KeyClaims>& keys);

}  // namespace pramana::app
