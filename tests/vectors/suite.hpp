#pragma once

#include "pramana/core/json.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pramana::vectors {

/// Why a case fails, or that its JSON is not of the documented form. Thrown inside a case only.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One vector file, read and checked as JSON.
struct VectorFile {
    std::filesystem::path directory;  ///< for files beside it
    std::string name;                 ///< "rlp.json"
    JsonView root;
};

/// Counts cases and prints the ones that fail as `FILE/CASE: reason`.
class Report {
  public:
    /// Runs one case; it passes if `body` returns and fails if it throws.
    void run(const VectorFile& file, const std::string& name, const std::function<void()>& body);
    [[nodiscard]] std::size_t passed() const noexcept { return passed_; }
    [[nodiscard]] std::size_t failed() const noexcept { return failed_; }

  private:
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

using Handler = void (*)(const VectorFile& file, Report& report);

/// What a folder of vectors may hold. Anything else in it stops the program: a file that nobody
/// checks must not look checked.
struct Suite {
    std::map<std::string, Handler, std::less<>> handlers;
    std::map<std::string, std::string, std::less<>> not_covered;  ///< file to reason; said aloud
    std::set<std::string, std::less<>> ignored;  ///< README.md and folders that handlers read
};

[[nodiscard]] Suite evm_suite();
[[nodiscard]] Suite vana_suite();
void add_chain_handlers(Suite& vana);

/// Runs `body` for each element of the member `list` ("cases", "entries", ...), which must be there
/// and not be empty; a case is called by its `name`, else `prefix` and its index.
void each_case(const VectorFile& file, Report& report, std::string_view list,
               const std::function<void(const JsonView&)>& body, const std::string& prefix = {});

// Members of a case. All throw Mismatch when the member is absent or of another form.
[[nodiscard]] JsonView member(const JsonView& object, std::string_view name);
[[nodiscard]] bool has_member(const JsonView& object, std::string_view name);  ///< and is not null
[[nodiscard]] std::string text(const JsonView& object, std::string_view name);
[[nodiscard]] std::string text(const JsonView& value);
/// A number as spelled, or the content of a string: "7", "-3", "0x1f".
[[nodiscard]] std::string number_text(const JsonView& value);
[[nodiscard]] std::uint64_t u64(const JsonView& object, std::string_view name);
[[nodiscard]] Bytes hex(const JsonView& object, std::string_view name);
[[nodiscard]] Bytes hex(const JsonView& value);
template <class Fixed>
[[nodiscard]] Fixed fixed(const JsonView& value);
template <class Fixed>
[[nodiscard]] Fixed fixed(const JsonView& object, std::string_view name) {
    return fixed<Fixed>(member(object, name));
}

// Checks. All throw Mismatch and name what differs.
void expect(bool condition, const std::string& what);
void expect_text(const std::string& what, std::string_view got, std::string_view expected);
void expect_bytes(const std::string& what, ByteView got, ByteView expected);
/// The value of a Result that has to succeed.
template <class T>
[[nodiscard]] T must(const std::string& what, Result<T> result) {
    if (!result)
        throw Mismatch{what + ": " + std::string{name_of(result.error().code)} + " at " +
                       std::string{result.error().site}};
    return std::move(*result);
}
/// The Result has to be refused with this code.
template <class T>
void must_refuse(const std::string& what, const Result<T>& result, Errc code) {
    if (result) throw Mismatch{what + ": accepted"};
    if (result.error().code != code)
        throw Mismatch{what + ": refused as " + std::string{name_of(result.error().code)}};
}

template <class Fixed>
Fixed fixed(const JsonView& value) {
    const Bytes raw = hex(value);
    if (raw.size() != Fixed::kSize) throw Mismatch{"a value of another size than its type"};
    Fixed out;
    std::copy(raw.begin(), raw.end(), out.bytes.begin());
    return out;
}

}  // namespace pramana::vectors
