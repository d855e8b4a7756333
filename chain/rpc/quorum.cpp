#include "quorum.hpp"

#include <algorithm>

namespace pramana::chain_rpc {

void Tally::silent(const Error& error) { silent_.push_back(error); }

const std::string* Tally::winner() const noexcept {
    for (const auto& [key, endpoints] : values_)
        if (endpoints.size() >= quorum_) return &key;
    return nullptr;
}

std::vector<std::size_t> Tally::differing() const {
    std::size_t largest = 0;
    std::size_t camps = 0;
    for (const auto& [key, endpoints] : values_) {
        if (endpoints.size() > largest) camps = 0;
        largest = std::max(largest, endpoints.size());
        if (endpoints.size() == largest) ++camps;
    }
    std::vector<std::size_t> others;
    for (const auto& [key, endpoints] : values_)
        if (endpoints.size() < largest || camps > 1)
            others.insert(others.end(), endpoints.begin(), endpoints.end());
    return others;
}

Error Tally::verdict(std::string_view site) const {
    if (values_.size() > 1) return {Errc::kEndpointsDisagree, site};
    const std::size_t present = values_.empty() ? 0 : values_.begin()->second.size();
    if (!absent_.empty() && absent_.size() + present >= quorum_) return {Errc::kNotFound, site};
    for (const Error& error : silent_)
        if (error.code == Errc::kTooLarge || error.code == Errc::kTimeout) return error;
    const bool alike = !silent_.empty() && present == 0 && absent_.empty() &&
                       std::all_of(silent_.begin(), silent_.end(), [this](const Error& error) {
                           return error.code == silent_.front().code;
                       });
    if (alike && silent_.size() >= quorum_) return silent_.front();
    return {Errc::kNoQuorum, site};
}

}  // namespace pramana::chain_rpc
