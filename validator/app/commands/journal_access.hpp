#pragma once

#include "failure.hpp"
#include "options.hpp"
#include "platform.hpp"
#include "pramana/store/store_view.hpp"

#include <memory>

namespace pramana::app {

/// The journal of a validator, read beside it: it may be running or dead.
struct Journal {
    std::unique_ptr<store::StoreView> view;
    config::Config config;
};

/// Reads the configuration (its problems are the failure) and opens its data directory.
[[nodiscard]] Outcome<Journal> open_journal(const std::string& config_file,
                                            const Platform& platform);

/// A whole number of at most `most`. Nothing = `fallback`. No value = the text is no such number.
[[nodiscard]] std::optional<std::uint64_t> whole_number(const std::optional<std::string>& text,
                                                        std::uint64_t fallback, std::uint64_t most);

}  // namespace pramana::app
