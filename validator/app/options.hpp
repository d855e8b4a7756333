#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::app {

/// The exit codes of every subcommand (sysexits.h).
inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 64;

/// One row of a subcommand's table: parsed by it, and printed as help.
struct Option {
    std::string_view name;   ///< without the dashes
    std::string_view value;  ///< what the value is called in help; empty = a flag
    std::string_view help;   ///< one line, or several
    bool required = false;
};

/// A subcommand as its table describes it. Views live as long as the program.
struct Command {
    std::string_view name;
    std::string_view summary;   ///< one sentence
    std::string_view operands;  ///< as in the usage line: "FILE"; empty = none
    std::size_t operands_min = 0;
    std::size_t operands_max = 0;
    std::span<const Option> options;
    std::string_view more;  ///< what help says behind the options; may be empty
};

/// What stood on the command line, after it was checked against the table.
class Arguments {
  public:
    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    /// The value of an option that is there; for a required one always.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& operands() const noexcept { return operands_; }

  private:
    friend struct Parsed parse_arguments(const Command&, std::span<const std::string_view>);
    std::map<std::string, std::string, std::less<>> values_;
    std::vector<std::string> operands_;
};

/// Arguments, or the sentence that says what is wrong with them.
struct Parsed {
    std::optional<Arguments> arguments;
    std::string problem;
};

/// Reads `--name value`, `--name=value`, flags and operands; `--` ends the options. Refused with a
/// sentence: unknown options (the nearest known one is named), values that are missing or too much,
/// repetitions, missing required options, too few or too many operands. Thread: any.
[[nodiscard]] Parsed parse_arguments(const Command& command,
                                     std::span<const std::string_view> args);

/// The help text of the table: usage, options, `more`.
[[nodiscard]] std::string help_of(const Command& command);

/// Prints the sentence and where help is to standard error. Returns kExitUsage.
int usage_error(const Command& command, std::string_view sentence);

/// The candidate nearest to `word`, if it is near enough to be meant: at most two letters
/// inserted, removed, replaced or swapped, and fewer than half of it.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

}  // namespace pramana::app
