#pragma once

#include "pramana/chain_rpc/rpc_client.hpp"

#include <map>

/// Deciding by quorum: the same question to all endpoints, and an answer counts when enough of them
/// give it. Source: reference chain.md section 4, 13.
namespace pramana::chain_rpc {

/// What the ballots say without a look into the values. Keys: what has to be equal.
class Tally {
  public:
    explicit Tally(std::size_t quorum) : quorum_{quorum} {}

    void value(std::size_t endpoint, const std::string& key) { values_[key].push_back(endpoint); }
    /// The endpoint does not have what was asked for: no contradiction, it may come.
    void absent(std::size_t endpoint) { absent_.push_back(endpoint); }
    void silent(const Error& error);

    /// The key that a quorum shares, or null.
    [[nodiscard]] const std::string* winner() const noexcept;
    /// The endpoints with another value than `key`; all but the largest camp where there is no
    /// winner (all of them when two camps are as large).
    [[nodiscard]] std::vector<std::size_t> differing() const;
    /// Why nothing is decided: kNotFound (a quorum lacks it, or lacks it yet), kEndpointsDisagree,
    /// kNoQuorum, or what all endpoints failed with alike.
    [[nodiscard]] Error verdict(std::string_view site) const;

  private:
    std::size_t quorum_;
    std::map<std::string, std::vector<std::size_t>> values_;
    std::vector<std::size_t> absent_;
    std::vector<Error> silent_;
};

/// Asks all trusted endpoints and returns what a quorum of them answers alike; one endpoint is
/// simply asked. `decode` reads one endpoint's answers (const std::vector<RpcAnswer>&) to a
/// Result<T>: its kNotFound means "not there", kReverted is an answer like a value, every other
/// Error is an endpoint that said nothing. `key` gives the text that has to be equal. Errors:
/// kEndpointsDisagree, kNoQuorum, kNotFound, kReverted, what all failed with alike, and kTooLarge
/// and kTimeout when one of them stood in the way of a quorum.
template <class T, class Decode, class Key>
[[nodiscard]] Result<T> decide(RpcClient& rpc, const std::vector<RpcCall>& calls,
                               std::string_view site, const Decode& decode, const Key& key) {
    if (rpc.endpoint_count() == 1) {
        const Result<std::vector<RpcAnswer>> answers = rpc.batch(calls);
        if (!answers) return answers.error();
        return decode(*answers);
    }
    Tally tally{rpc.quorum()};
    std::map<std::string, Result<T>> candidates;
    std::size_t counted = 0;
    const auto count = [&](const std::vector<Ballot>& ballots) {
        for (; counted < ballots.size(); ++counted) {
            const Ballot& ballot = ballots[counted];
            Result<T> value = ballot.answers ? decode(*ballot.answers) : ballot.answers.error();
            const std::optional<Errc> failed =
                value ? std::nullopt : std::optional{value.error().code};
            if (failed == Errc::kNotFound) {
                tally.absent(ballot.endpoint);
            } else if (failed && failed != Errc::kReverted) {
                if (failed == Errc::kMalformedChainData && ballot.answers)
                    rpc.note_failure(ballot.endpoint, value.error());
                tally.silent(value.error());
            } else {
                const std::string name = failed ? "reverted" : "value " + key(*value);
                tally.value(ballot.endpoint, name);
                candidates.emplace(name, std::move(value));
            }
        }
        return tally.winner() != nullptr;
    };
    // Stragglers are counted too, so that a lie is noticed.
    static_cast<void>(count(rpc.ask_each(calls, RpcClient::Audience::kTrusted, count)));
    for (const std::size_t endpoint : tally.differing()) rpc.note_disagreement(endpoint, site);
    if (const std::string* const winner = tally.winner()) return candidates.at(*winner);
    const Error verdict = tally.verdict(site);
    rpc.note_refused(verdict.code);
    return verdict;
}

}  // namespace pramana::chain_rpc
