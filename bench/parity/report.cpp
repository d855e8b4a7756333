#include "parity/report.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <cstdarg>
#include <cstdio>

namespace pramana::parity {
namespace {

#if defined(__x86_64__)
constexpr const char* kArchitecture = "x86_64";
#elif defined(__aarch64__)
constexpr const char* kArchitecture = "aarch64";
#else
constexpr const char* kArchitecture = "other";
#endif

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(line, sizeof line, pattern, arguments);
    va_end(arguments);
    return line;
}

template <class Rows, class ToJson>
std::string array_of(const Rows& rows, const ToJson& to_json) {
    std::string out = "[";
    for (const auto& row : rows) {
        if (out.size() > 1) out += ",\n  ";
        out += to_json(row);
    }
    return out + "]";
}

std::string json_of_row(const CodeRow& row) {
    JsonObject object;
    object.text("backend", scoring::name_of(row.backend))
        .number("batch", row.batch)
        .number("threads", row.threads)
        .number("documents", row.documents)
        .number("tokens", row.tokens)
        .number("mismatches", row.mismatches)
        .number("milliseconds", static_cast<std::uint64_t>(row.seconds * 1e3));
    if (row.mismatches > 0)
        object.raw("first", format(R"({"document":%zu,"component":%u,"wanted":%d,"found":%d})",
                                   row.first.document, row.first.component, row.first.wanted,
                                   row.first.found));
    return object.str();
}

template <class Rows>
std::uint64_t sum_of(const Rows& rows) {
    std::uint64_t sum = 0;
    for (const auto& row : rows) sum += row.mismatches;
    return sum;
}

/// Lines of the table of codes: rows with the same backend and threads are neighbours.
std::string code_lines(const std::vector<CodeRow>& rows) {
    std::string out;
    for (std::size_t i = 0; i < rows.size();) {
        const CodeRow& head = rows[i];
        std::string cells;
        std::string batches;
        double seconds = 0;
        double tokens = 0;
        for (;
             i < rows.size() && rows[i].backend == head.backend && rows[i].threads == head.threads;
             ++i) {
            batches += format("%8s", ("b=" + std::to_string(rows[i].batch)).c_str());
            cells += format("%8zu", rows[i].mismatches);
            seconds += rows[i].seconds;
            tokens += static_cast<double>(rows[i].tokens);
        }
        if (out.empty())
            out = format("%-12s%8s%11s%s%12s\n", "backend", "threads", "documents", batches.c_str(),
                         "tokens/s");
        const std::string_view name = scoring::name_of(head.backend);
        out += format("%-12.*s%8u%11zu%s%12.0f\n", static_cast<int>(name.size()), name.data(),
                      head.threads, head.documents, cells.c_str(),
                      seconds > 0 ? tokens / seconds : 0.0);
    }
    for (const CodeRow& row : rows)
        if (row.mismatches > 0)
            out += format(
                "DIFFERS: batch %u, threads %u, first at document %zu, component %u: %d, "
                "found %d\n",
                row.batch, row.threads, row.first.document, row.first.component, row.first.wanted,
                row.first.found);
    return out;
}

}  // namespace

std::uint64_t Report::mismatches() const {
    return sum_of(codes.rows) + sum_of(dots.rows) + sum_of(operations.rows);
}

std::string table_of(const std::vector<OperationRow>& rows) {
    std::string out =
        format("%-12s%-16s%12s%12s\n", "backend", "operation", "numbers", "mismatches");
    for (const OperationRow& row : rows) {
        out += format("%-12s%-16s%12llu%12llu\n", row.backend.c_str(), row.operation.c_str(),
                      static_cast<unsigned long long>(row.numbers),
                      static_cast<unsigned long long>(row.mismatches));
        if (row.mismatches > 0) out += "DIFFERS: first at " + row.first + "\n";
    }
    return out;
}

std::string json_of(const std::vector<OperationRow>& rows) {
    return array_of(rows, [](const OperationRow& row) {
        JsonObject object;
        object.text("backend", row.backend)
            .text("operation", row.operation)
            .number("numbers", row.numbers)
            .number("mismatches", row.mismatches);
        if (row.mismatches > 0) object.text("first", row.first);
        return object.str();
    });
}

std::string table_of(const Report& report) {
    std::string out = format(
        "model %s (%s), %zu documents, %llu tokens, up to %zu pieces, seed %llu\n"
        "mismatching documents; the reference says the codes of %zu documents, spread evenly\n\n",
        report.model_name.c_str(), to_hex(report.model_digest.view()).c_str(), report.documents,
        static_cast<unsigned long long>(report.tokens), report.longest,
        static_cast<unsigned long long>(report.seed), report.codes.reference_documents);
    out += code_lines(report.codes.rows);
    out += "\n" + table_of(report.operations.rows);
    out += format("\n%-28s%12s%12s\n", "search", "numbers", "mismatches");
    for (const DotRow& row : report.dots.rows) {
        out += format("%-28s%12llu%12llu\n", row.kernel.c_str(),
                      static_cast<unsigned long long>(row.numbers),
                      static_cast<unsigned long long>(row.mismatches));
        if (row.mismatches > 0) out += "DIFFERS: first at " + row.first + "\n";
    }
    const auto digest = [&out](const char* name, const Hash32& hash) {
        out += format("%-11s sha256 %s\n", name, to_hex(hash.view()).c_str());
    };
    out += '\n';
    digest("pieces", report.pieces_digest);
    digest("codes", report.codes.digest);
    digest("dots", report.dots.digest);
    digest("operations", report.operations.digest);
    return out + format("%llu mismatches\n", static_cast<unsigned long long>(report.mismatches()));
}

Result<std::vector<std::string>> differences(const Report& report, std::string_view expected) {
    constexpr const char* kCompared[] = {"model_sha256",     "documents",    "seed",
                                         "pieces_sha256",    "codes_sha256", "dots_sha256",
                                         "operations_sha256"};
    const std::string text = json_of(report);
    const Result<JsonView> ours = read_json(text);
    const Result<JsonView> theirs = read_json(expected);
    if (!theirs) return theirs.error();
    std::vector<std::string> found;
    for (const char* name : kCompared) {
        const auto a = ours.value().member(name);
        const auto b = theirs->member(name);
        if (!a || !b) return Error{Errc::kBadRequest, "bench.parity.expected"};
        if (a->raw() != b->raw())
            found.push_back(std::string{name} + " is " + std::string{a->raw()} + ", expected " +
                            std::string{b->raw()});
    }
    return found;
}

std::string json_of(const Report& report) {
    const auto dot = [](const DotRow& row) {
        JsonObject object;
        object.text("kernel", row.kernel)
            .number("numbers", row.numbers)
            .number("mismatches", row.mismatches);
        if (row.mismatches > 0) object.text("first", row.first);
        return object.str();
    };
    JsonObject object;
    object.text("report", "parity")
        .text("architecture", kArchitecture)
        .text("compiler", __VERSION__)
        .text("model", report.model_name)
        .text("model_sha256", to_hex(report.model_digest.view()))
        .number("documents", report.documents)
        .number("tokens", report.tokens)
        .number("longest_pieces", report.longest)
        .number("seed", report.seed)
        .number("reference_documents", report.codes.reference_documents)
        .text("pieces_sha256", to_hex(report.pieces_digest.view()))
        .text("codes_sha256", to_hex(report.codes.digest.view()))
        .text("dots_sha256", to_hex(report.dots.digest.view()))
        .text("operations_sha256", to_hex(report.operations.digest.view()))
        .number("mismatches", report.mismatches())
        .raw("codes", array_of(report.codes.rows, json_of_row))
        .raw("operations", json_of(report.operations.rows))
        .raw("dots", array_of(report.dots.rows, dot));
    return object.str() + "\n";
}

}  // namespace pramana::parity
