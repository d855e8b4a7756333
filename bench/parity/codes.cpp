#include "parity/codes.hpp"

#include "parity/chance.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <thread>

#include <unistd.h>

namespace pramana::parity {
namespace {

using scoring::Backend;
using scoring::Encoder;
using scoring::kEmbeddingDim;
using Order = std::vector<std::size_t>;  // documents, as they are dealt

/// Which documents, in which batches, on how many threads.
struct Run {
    const Documents& documents;
    const Order& order;
    std::uint32_t batch;
    std::uint32_t threads;
};

void embed_batch(const Encoder& encoder, const Run& run, std::size_t first,
                 SecretVector<std::int8_t>& codes) {
    const std::size_t last = std::min(first + run.batch, run.order.size());
    SecretVector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
    for (std::size_t i = first; i < last; ++i) {
        const auto pieces = run.documents.pieces(run.order[i]);
        ids.insert(ids.end(), pieces.begin(), pieces.end());
        offsets.push_back(static_cast<std::uint32_t>(ids.size()));
    }
    SecretVector<std::int8_t> found((last - first) * kEmbeddingDim);
    encoder.embed({ids, offsets}, found);
    for (std::size_t i = first; i < last; ++i)
        std::copy_n(found.begin() + static_cast<std::ptrdiff_t>((i - first) * kEmbeddingDim),
                    kEmbeddingDim,
                    codes.begin() + static_cast<std::ptrdiff_t>(run.order[i] * kEmbeddingDim));
}

/// Writes the codes of the run's documents to their places in `codes`; returns the seconds.
double embed(const Encoder& encoder, const Run& run, SecretVector<std::int8_t>& codes) {
    const auto begin = std::chrono::steady_clock::now();
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t first = next.fetch_add(run.batch); first < run.order.size();
             first = next.fetch_add(run.batch))
            embed_batch(encoder, run, first, codes);
    };
    std::vector<std::thread> threads;
    for (std::uint32_t i = 1; i < run.threads; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Order shuffled(Order order, std::uint64_t seed) {
    Chance chance{seed};
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
    return order;
}

/// `count` of 0..size-1, evenly spread.
Order spread(std::size_t size, std::size_t count) {
    Order order(std::min(size, count));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i * size / order.size();
    return order;
}

void compare(const Order& order, const SecretVector<std::int8_t>& wanted,
             const SecretVector<std::int8_t>& found, CodeRow& row) {
    Order ascending = order;
    std::sort(ascending.begin(), ascending.end());
    for (const std::size_t document : ascending) {
        const std::int8_t* a = wanted.data() + document * kEmbeddingDim;
        const std::int8_t* b = found.data() + document * kEmbeddingDim;
        const auto place =
            static_cast<std::uint32_t>(std::mismatch(a, a + kEmbeddingDim, b).first - a);
        if (place == kEmbeddingDim) continue;
        if (row.mismatches++ == 0) row.first = {document, place, a[place], b[place]};
    }
}

class Comparison {
  public:
    Comparison(const std::shared_ptr<const scoring::Model>& model, const Documents& documents,
               const CodePlan& plan)
        : documents_{documents}, plan_{plan}, found_(documents.size() * kEmbeddingDim, -128) {
        for (const Backend backend : plan.backends) encoders_.emplace_back(model, backend);
    }

    /// What all rows are compared with.
    [[nodiscard]] CodeReport expected() {
        CodeReport report;
        report.codes.assign(documents_.size() * kEmbeddingDim, -128);
        const bool alone = encoders_.size() == 1;
        known_ = spread(documents_.size(), alone ? documents_.size() : plan_.reference_documents);
        report.reference_documents = known_.size();
        const auto cores = std::max(1U, std::thread::hardware_concurrency());
        if (!alone) {
            const Order all = spread(documents_.size(), documents_.size());
            embed(encoders_[1], {documents_, all, 1, 1}, report.codes);
        }
        embed(encoders_[0], {documents_, known_, 8, cores}, report.codes);
        report.digest = sha256(ByteView{reinterpret_cast<const std::uint8_t*>(report.codes.data()),
                                        report.codes.size()});
        return report;
    }

    [[nodiscard]] CodeRow row(std::size_t backend, std::uint32_t batch, std::uint32_t threads,
                              const SecretVector<std::int8_t>& wanted) {
        CodeRow row{plan_.backends[backend], batch, threads, 0, 0, 0, {}, 0.0};
        Order of_row = backend == 0 ? spread(known_.size(), plan_.reference_row_documents)
                                    : spread(documents_.size(), documents_.size());
        if (backend == 0)
            for (std::size_t& document : of_row) document = known_[document];
        const Order order = shuffled(std::move(of_row), plan_.seed + ++rows_);
        row.documents = order.size();
        for (const std::size_t document : order)
            row.tokens += documents_.pieces(document).size() + 2;
        std::fill(found_.begin(), found_.end(), std::int8_t{-128});
        row.seconds = embed(encoders_[backend], {documents_, order, batch, threads}, found_);
        compare(order, wanted, found_, row);
        return row;
    }

  private:
    const Documents& documents_;
    const CodePlan& plan_;
    std::vector<Encoder> encoders_;
    Order known_;
    SecretVector<std::int8_t> found_;
    std::uint64_t rows_ = 0;
};

/// To people only: a campaign takes minutes.
void show_progress(const CodeRow& row) {
    if (isatty(STDERR_FILENO) == 0) return;
    const std::string_view name = scoring::name_of(row.backend);
    std::fprintf(stderr, "\r\033[K%.*s, batch %u, threads %u: %zu mismatches",
                 static_cast<int>(name.size()), name.data(), row.batch, row.threads,
                 row.mismatches);
}

}  // namespace

CodeReport compare_codes(const std::shared_ptr<const scoring::Model>& model,
                         const Documents& documents, const CodePlan& plan) {
    PRAMANA_CHECK(!plan.backends.empty() && plan.backends.front() == Backend::kReference);
    Comparison comparison{model, documents, plan};
    CodeReport report = comparison.expected();
    for (std::size_t backend = 0; backend < plan.backends.size(); ++backend)
        for (const std::uint32_t threads : plan.threads)
            for (const std::uint32_t batch : plan.batches) {
                report.rows.push_back(comparison.row(backend, batch, threads, report.codes));
                show_progress(report.rows.back());
            }
    if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
    return report;
}

}  // namespace pramana::parity
