#pragma once

#include "pramana/core/result.hpp"

#include <string>
#include <variant>

namespace pramana::app {

/// Why a subcommand stopped, in words for the person in front of it.
struct Failure {
    std::string code;      ///< stable: name_of(Errc), or what the validator sent
    std::string sentence;  ///< what is wrong
    std::string next_step;
    std::string detail;  ///< of this case; may be empty
    int exit_code = 0;   ///< of sysexits.h, never 0
};

/// With the code's own sentence and next step. `detail` is made printable.
[[nodiscard]] Failure failure_of(const Error& error, const std::string& detail = {});
/// Of a file that a person named: that it is not there or may not be read is said as such (exit
/// 66).
[[nodiscard]] Failure failure_of_file(const Error& error, const std::string& path);
/// Of a client that could not be made: the file of --ca-file is no such file (exit 66).
[[nodiscard]] Failure failure_of_certificates(const Error& error, const std::string& ca_file);
/// With words of the caller's where the code alone says too little.
[[nodiscard]] Failure failure_of(Errc code, std::string sentence, std::string next_step);

/// 65 the input, 66 no such file, 69 the peer does not answer (or not sensibly), 70 a bug, 75 try
/// again, 78 configuration.
[[nodiscard]] int exit_code_of(Errc code) noexcept;

/// Writes `error: code: sentence (detail)` and `  next: …` to standard error. Returns the exit
/// code.
int print_failure(const Failure& failure);

/// A value or a Failure; like Result, for what a person will read.
template <class T>
class [[nodiscard]] Outcome {
  public:
    Outcome(T value) : state_{std::in_place_index<0>, std::move(value)} {}  // NOLINT: implicit
    Outcome(Failure failure) : state_{std::in_place_index<1>, std::move(failure)} {}  // NOLINT
    [[nodiscard]] explicit operator bool() const noexcept { return state_.index() == 0; }
    [[nodiscard]] T& operator*() & { return get(); }
    [[nodiscard]] T&& operator*() && { return std::move(get()); }
    [[nodiscard]] T* operator->() { return &get(); }
    [[nodiscard]] const Failure& failure() const {
        PRAMANA_CHECK(state_.index() == 1);
        return *std::get_if<1>(&state_);
    }

  private:
    T& get() {
        PRAMANA_CHECK(state_.index() == 0);
        return *std::get_if<0>(&state_);
    }
    std::variant<T, Failure> state_;
};

/// Text of a stranger, fit for a terminal: other than printable ASCII becomes '?', cut to
/// `length_max` with an ellipsis.
[[nodiscard]] std::string printable(std::string_view text, std::size_t length_max = 200);

}  // namespace pramana::app
