#include "standing_reader.hpp"

#include <algorithm>

namespace pramana::app {

pipeline::ChainJob to_pipeline(const chain::TeeJob& job) {
    return {.status = static_cast<pipeline::ChainJobStatus>(job.status),
            .file = job.file,
            .bid_wei = job.bid_wei,
            .payer = job.owner,
            .tee = job.tee};
}

Result<pipeline::ChainDlp> read_dlp(const chain_rpc::ChainReader& reader, const Address& dlp,
                                    chain_rpc::BlockRef at) {
    Result<std::string> instruction = reader.proof_instruction(dlp, at);
    if (!instruction) return instruction.error();
    const Result<Address> pool = reader.dlp_tee_pool(dlp, at);
    if (!pool) return pool.error();
    Result<std::string> key = reader.dlp_public_key(dlp, at);
    if (!key) return key.error();
    return pipeline::ChainDlp{.proof_instruction = *std::move(instruction),
                              .tee_pool = *pool,
                              .public_key = *std::move(key)};
}

StandingReader::Shared StandingReader::known_at(const Hash32& block) {
    const std::lock_guard lock{mutex_};
    if (shared_.block == block) return shared_;
    return Shared{.block = block, .tees_active = {}, .gas_price_wei = {}, .dlps = {}};
}

Status StandingReader::complete(Shared& shared, const Address& worker, const Address& dlp,
                                const chain_rpc::BlockHeader& at) {
    bool changed = false;
    if (!shared.tees_active.contains(worker)) {
        const Result<chain::TeeRecord> tee = reader_.tee(worker, at);
        if (!tee) return tee.error();
        shared.tees_active[worker] = tee->status == chain::TeeStatus::kActive;
        changed = true;
    }
    if (!shared.gas_price_wei) {
        const Result<chain_rpc::FeeMarket> market = reader_.fee_market();
        if (!market) return market.error();
        const std::uint64_t tip =
            std::clamp(market->tip_median_wei, options_.tip_wei_min, options_.tip_wei_max);
        shared.gas_price_wei = market->next_base_fee_wei + tip;
        changed = true;
    }
    if (!dlp.is_zero() && !shared.dlps.contains(dlp)) {
        Result<pipeline::ChainDlp> read = read_dlp(reader_, dlp, at);
        if (!read) return read.error();
        shared.dlps.emplace(dlp, *std::move(read));
        changed = true;
    }
    if (!changed) return Done{};
    const std::lock_guard lock{mutex_};
    shared_ = shared;
    return Done{};
}

Result<pipeline::ChainStanding> StandingReader::read(JobId job, const Address& dlp) {
    const Result<chain_rpc::BlockHeader> head = reader_.pin();
    if (!head) return head.error();
    const Result<chain::TeeJob> found = reader_.job(job, *head);
    if (!found) return found.error();
    pipeline::ChainStanding standing;
    standing.block = {.number = head->number, .hash = head->hash};
    standing.job = to_pipeline(*found);
    if (standing.job.status != pipeline::ChainJobStatus::kNone) {
        Result<chain::RegistryFile> file = reader_.file(standing.job.file, *head);
        if (!file && file.error().code != Errc::kFileNotFound) return file.error();
        if (file)
            standing.file = pipeline::ChainFile{.owner = file->owner, .url = std::move(file->url)};
    }
    Shared shared = known_at(head->hash);
    const bool of_previous = standing.job.tee == options_.previous_tee;
    const Address& worker = of_previous ? standing.job.tee : options_.tee;
    PRAMANA_TRY(complete(shared, worker, dlp, *head));
    standing.tee_active = shared.tees_active.at(worker);
    standing.gas_price_wei = *shared.gas_price_wei;
    if (!dlp.is_zero()) standing.dlp = shared.dlps.at(dlp);
    return standing;
}

}  // namespace pramana::app
