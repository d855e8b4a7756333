#include "vectors/suite.hpp"

#include "pramana/core/hex.hpp"

#include <charconv>
#include <iostream>

namespace pramana::vectors {

void Report::run(const VectorFile& file, const std::string& name,
                 const std::function<void()>& body) {
    try {
        body();
        ++passed_;
    } catch (const std::exception& failure) {
        ++failed_;
        std::cout << file.name << '/' << name << ": " << failure.what() << '\n';
    }
}

void each_case(const VectorFile& file, Report& report, std::string_view list,
               const std::function<void(const JsonView&)>& body, const std::string& prefix) {
    const std::optional<JsonView> cases = file.root.member(list);
    const std::vector<JsonView> items = cases ? cases->items() : std::vector<JsonView>{};
    if (items.empty()) {
        report.run(file, std::string{list},
                   [] { throw Mismatch{"the file has no such list of cases"}; });
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool named = has_member(items[i], "name");
        const std::string name =
            named ? number_text(member(items[i], "name")) : prefix + std::to_string(i);
        report.run(file, name, [&] { body(items[i]); });
    }
}

JsonView member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> found = object.member(name);
    if (!found) throw Mismatch{"no member " + std::string{name}};
    return *found;
}

bool has_member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> found = object.member(name);
    return found && found->kind() != JsonKind::kNull;
}

std::string text(const JsonView& value) {
    Result<std::string> content = value.text();
    if (!content) throw Mismatch{"not a string: " + std::string{value.raw()}};
    return std::move(*content);
}
std::string text(const JsonView& object, std::string_view name) {
    return text(member(object, name));
}

std::string number_text(const JsonView& value) {
    if (value.kind() == JsonKind::kNumber) return std::string{value.raw()};
    return text(value);
}

std::uint64_t u64(const JsonView& object, std::string_view name) {
    const std::string digits = number_text(member(object, name));
    std::uint64_t out = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (failed != std::errc{} || end != digits.data() + digits.size()) {
        throw Mismatch{"not a 64-bit number: " + digits};
    }
    return out;
}

Bytes hex(const JsonView& value) {
    Result<Bytes> raw = from_hex(text(value));
    if (!raw) throw Mismatch{"not hex: " + std::string{value.raw()}};
    return std::move(*raw);
}
Bytes hex(const JsonView& object, std::string_view name) { return hex(member(object, name)); }

void expect(bool condition, const std::string& what) {
    if (!condition) throw Mismatch{what};
}

void expect_text(const std::string& what, std::string_view got, std::string_view expected) {
    if (got == expected) return;
    throw Mismatch{what + " is " + std::string{got} + ", expected " + std::string{expected}};
}

void expect_bytes(const std::string& what, ByteView got, ByteView expected) {
    expect_text(what, to_hex0x(got), to_hex0x(expected));
}

}  // namespace pramana::vectors
