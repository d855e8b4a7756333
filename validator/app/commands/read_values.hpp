#pragma once

#include "options.hpp"
#include "pramana/core/bytes.hpp"

#include <string>

namespace pramana::app {

/// Reads typed values out of Arguments; keeps the sentence of the first that does not parse. Values
/// that are absent or wrong read as zero or empty, so a whole order is read first and asked for its
/// problem once.
class ValueReader {
  public:
    explicit ValueReader(const Arguments& arguments) : arguments_{arguments} {}

    [[nodiscard]] Address address(std::string_view option);
    /// 32 bytes.
    [[nodiscard]] Hash32 hash(std::string_view option);
    [[nodiscard]] std::uint64_t whole_number(std::string_view option);
    [[nodiscard]] std::uint64_t number_in(std::string_view option, std::uint64_t least,
                                          std::uint64_t most);
    [[nodiscard]] Word256 wei(std::string_view option);
    /// http or https; without a slash at the end.
    [[nodiscard]] std::string url(std::string_view option);
    /// Empty: everything parsed.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  private:
    void refuse(std::string_view option, std::string_view needed);
    const Arguments& arguments_;
    std::string problem_;
};

}  // namespace pramana::app
