#include "pramana/scoring_cuda/runtime.hpp"

#include "pramana/core/check.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring::cuda {
namespace {

using Clock = std::chrono::steady_clock;

std::uint32_t tokens_of(const TokenBatch& batch, std::size_t text) {
    return batch.offsets[text + 1] - batch.offsets[text] + 2;
}

/// The smallest shape for so many tokens and texts. What is missing to its tokens becomes texts of
/// their own, for which it has room too.
const BatchShape* shape_for(std::span<const BatchShape> shapes, std::uint32_t positions,
                            std::uint64_t tokens, std::uint64_t texts) {
    for (const BatchShape& shape : shapes) {
        if (tokens > shape.tokens) continue;
        const std::uint64_t padding = (shape.tokens - tokens + positions - 1) / positions;
        if (texts + padding <= shape.texts) return &shape;
    }
    return nullptr;
}

/// Or will have one in a moment.
bool has_device(RuntimeState state) {
    return state == RuntimeState::kStarting || state == RuntimeState::kReady;
}

bool worth_a_retry(const Error& error) {
    return error.code == Errc::kDeviceLost || error.code == Errc::kBusy;
}

}  // namespace

/// What one caller waits for. Only the device thread touches `next` and `left`.
struct DeviceRuntime::Job {
    const TokenBatch& batch;
    std::span<std::int8_t> codes;
    Clock::time_point since;
    std::uint64_t tokens;
    std::size_t next = 0;  ///< the first text that is in no batch yet
    std::size_t left;      ///< texts without codes
    std::optional<Status> done = {};
};

DeviceRuntime::DeviceRuntime(std::string uuid, std::unique_ptr<DevicePort> port,
                             RuntimeOptions options)
    : uuid_{std::move(uuid)},
      port_{std::move(port)},
      options_{options},
      shapes_{shapes_of(options.limits)},
      state_{options.asleep ? RuntimeState::kAsleep : RuntimeState::kStarting},
      wanted_{!options.asleep} {
    for (Slot& slot : slots_) slot.parts.reserve(texts_max(options.limits));
    thread_ = std::thread{[this] { run(); }};
}

DeviceRuntime::~DeviceRuntime() { end(); }

void DeviceRuntime::end() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    to_device_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Status DeviceRuntime::started() {
    std::unique_lock lock{mutex_};
    to_callers_.wait(lock, [this] { return started_.has_value(); });
    return *started_;
}

void DeviceRuntime::open() {
    const std::lock_guard lock{mutex_};
    if (state_ != RuntimeState::kAsleep && state_ != RuntimeState::kDown) return;
    wanted_ = true;
    to_device_.notify_all();
}

void DeviceRuntime::close() {
    const std::lock_guard lock{mutex_};
    wanted_ = false;
    if (!has_device(state_) && state_ != RuntimeState::kRebuilding) return;
    leaving_ = true;
    to_device_.notify_all();
}

std::optional<Error> DeviceRuntime::trouble() const {
    const std::lock_guard lock{mutex_};
    return trouble_;
}

RuntimeState DeviceRuntime::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

RuntimeCounts DeviceRuntime::counts() const {
    const std::lock_guard lock{mutex_};
    return counts_;
}

/// A batch that breaks the rules of TokenBatch is a bug, as in Encoder::embed().
void DeviceRuntime::check(const TokenBatch& batch, std::span<std::int8_t> codes) const {
    PRAMANA_CHECK(codes.size() == batch.texts() * kEmbeddingDim);
    for (std::size_t i = 0; i < batch.texts(); ++i) {
        PRAMANA_CHECK(batch.offsets[i] <= batch.offsets[i + 1]);
        PRAMANA_CHECK(batch.offsets[i + 1] <= batch.ids.size());
        PRAMANA_CHECK(tokens_of(batch, i) <= options_.limits.positions);
    }
    for (const std::uint16_t id : batch.ids) PRAMANA_CHECK(id < options_.limits.words);
}

Status DeviceRuntime::compute(const TokenBatch& batch, std::span<std::int8_t> codes) {
    check(batch, codes);
    if (batch.texts() == 0) return Done{};
    Job job{batch, codes, Clock::now(), 0, 0, batch.texts()};
    for (std::size_t i = 0; i < batch.texts(); ++i) job.tokens += tokens_of(batch, i);
    std::unique_lock lock{mutex_};
    if (std::exchange(unsaid_loss_, false))
        return Error{Errc::kDeviceLost, "scoring.runtime.lost_at_rest"};
    const bool full = !queue_.empty() && queued_tokens_ + job.tokens > options_.queue_tokens_max;
    if (ending_ || leaving_ || full || !has_device(state_)) {
        ++counts_.refused;
        return Error{Errc::kBusy,
                     full ? "scoring.runtime.queue_full" : "scoring.runtime.no_device"};
    }
    queue_.push_back(&job);
    queued_tokens_ += job.tokens;
    to_device_.notify_one();
    to_callers_.wait(lock, [&job] { return job.done.has_value(); });
    return *job.done;
}

void DeviceRuntime::run() {
    while (woken()) {
        while (!leaving() && open_with_retries()) {
            work();
            close_port();
        }
        close_port();
        const std::lock_guard lock{mutex_};
        state_ = std::exchange(leaving_, false) ? RuntimeState::kAsleep : RuntimeState::kDown;
        fail_all({Errc::kBusy, "scoring.runtime.no_device"});
    }
    const std::lock_guard lock{mutex_};
    state_ = RuntimeState::kEnded;
    if (!started_) started_ = Status{Error{Errc::kBusy, "scoring.runtime.never_opened"}};
    fail_all({Errc::kBusy, "scoring.runtime.no_device"});
}

/// Waits for open(); false: the end has come.
bool DeviceRuntime::woken() {
    std::unique_lock lock{mutex_};
    to_device_.wait(lock, [this] { return ending_ || wanted_; });
    if (ending_) return false;
    wanted_ = false;
    state_ = RuntimeState::kStarting;
    return true;
}

bool DeviceRuntime::leaving() const {
    const std::lock_guard lock{mutex_};
    return ending_ || leaving_;
}

/// And nothing is left to do.
bool DeviceRuntime::leaves_now() const {
    const std::lock_guard lock{mutex_};
    return ending_ || (leaving_ && queue_.empty() && tasks_.empty());
}

void DeviceRuntime::close_port() {
    {
        const std::lock_guard lock{mutex_};
        life_ = 0;
    }
    port_->close();
}

bool DeviceRuntime::open_with_retries() {
    std::chrono::milliseconds pause = options_.rebuild_pause;
    for (unsigned attempt = 0;; ++attempt, pause *= 2) {
        const Status opened = port_->open(options_.limits);
        std::unique_lock lock{mutex_};
        if (opened) {
            if (state_ == RuntimeState::kRebuilding) ++counts_.rebuilds;
            state_ = RuntimeState::kReady;
            trouble_.reset();
            life_ = ++openings_;
            if (!started_) started_ = opened;
            to_callers_.notify_all();
            return !ending_ && !leaving_;
        }
        trouble_ = opened.error();
        port_->close();
        if (!worth_a_retry(opened.error()) || attempt == options_.rebuilds_max || ending_ ||
            leaving_) {
            if (!started_) started_ = opened;
            to_callers_.notify_all();
            return false;
        }
        to_device_.wait_for(lock, pause, [this] { return ending_ || leaving_; });
    }
}

/// Until the end, or until the device is lost.
void DeviceRuntime::work() {
    bool dirty = false;  // whether batches have left something on the device
    for (unsigned next = 0;; next ^= 1U) {
        const bool flying = slots_[next ^ 1U].busy;
        Status status = Done{};
        if (!flying && has_tasks()) {
            dirty = true;
            status = run_tasks();
        }
        if (status && dirty && !flying && idle()) {
            status = port_->wipe();
            dirty = false;
        }
        // While the other slot is being computed this one is filled and sent.
        const bool more = status && !has_tasks() && take(slots_[next], !flying);
        if (status && !more && !flying && leaves_now()) return;
        if (more) {
            dirty = true;
            status = send(next);
        }
        if (status && flying) status = receive(next ^ 1U);
        if (!status) return lose(status.error());
    }
}

bool DeviceRuntime::idle() {
    const std::lock_guard lock{mutex_};
    const bool nothing = queue_.empty() && tasks_.empty();
    if (nothing) ++counts_.wipes;
    return nothing;
}

void DeviceRuntime::lose(const Error& error) {
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        wipe_memory(port_->input(slot).data(), port_->input(slot).size());
        wipe_memory(port_->output(slot).data(), port_->output(slot).size());
    }
    const std::lock_guard lock{mutex_};
    ++counts_.losses;
    trouble_ = error;
    life_ = 0;
    state_ = RuntimeState::kRebuilding;
    const bool nobody_waits =
        queue_.empty() && tasks_.empty() && !slots_[0].busy && !slots_[1].busy;
    fail_all({Errc::kDeviceLost, error.site});
    unsaid_loss_ = nobody_waits;
}

/// Fills a slot with what waits; without anything to do meanwhile, waits for it, and a little
/// longer for more. False: nothing is there, or the end has come.
bool DeviceRuntime::take(Slot& slot, bool wait) {
    std::unique_lock lock{mutex_};
    if (wait) {
        to_device_.wait(
            lock, [this] { return ending_ || leaving_ || !tasks_.empty() || !queue_.empty(); });
        if (!ending_ && !queue_.empty())
            to_device_.wait_until(lock, queue_.front()->since + options_.linger, [this] {
                return ending_ || leaving_ || !tasks_.empty() ||
                       queued_tokens_ >= options_.limits.tokens_max;
            });
    }
    if (ending_ || queue_.empty()) return false;
    take_parts(slot);
    return true;
}

/// Texts in their order, as many as the largest shape takes.
void DeviceRuntime::take_parts(Slot& slot) {
    slot.parts.clear();
    slot.tokens = 0;
    slot.texts = 0;
    for (bool full = false; !full && !queue_.empty();) {
        Job& job = *queue_.front();
        Part part{&job, job.next, 0};
        while (job.next < job.batch.texts()) {
            const std::uint32_t tokens = tokens_of(job.batch, job.next);
            const BatchShape* const shape =
                shape_for(shapes_, options_.limits.positions, slot.tokens + tokens, slot.texts + 1);
            full = shape == nullptr;
            if (full) break;
            slot.shape = *shape;
            slot.tokens += tokens;
            ++slot.texts;
            ++part.texts;
            ++job.next;
            queued_tokens_ -= tokens;
        }
        if (part.texts > 0) slot.parts.push_back(part);
        if (job.next == job.batch.texts()) queue_.pop_front();
    }
    slot.busy = true;
}

void DeviceRuntime::stage(const Slot& slot, std::span<std::byte> input) const {
    PRAMANA_CHECK(input.size() >= input_bytes(slot.shape));
    auto* const ids = reinterpret_cast<std::uint16_t*>(input.data());
    auto* offsets = reinterpret_cast<std::uint32_t*>(input.data() + offsets_place(slot.shape));
    std::uint32_t at = 0;
    *offsets++ = 0;
    for (const Part& part : slot.parts) {
        const TokenBatch& batch = part.job->batch;
        for (std::size_t i = part.first_text; i < part.first_text + part.texts; ++i) {
            ids[at++] = kPieceBegin;
            const auto pieces =
                batch.ids.subspan(batch.offsets[i], batch.offsets[i + 1] - batch.offsets[i]);
            std::copy(pieces.begin(), pieces.end(), ids + at);
            at += static_cast<std::uint32_t>(pieces.size());
            ids[at++] = kPieceEnd;
            *offsets++ = at;
        }
    }
    std::fill(ids + at, ids + slot.shape.tokens, std::uint16_t{0});
    for (std::uint32_t text = slot.texts; text < slot.shape.texts; ++text) {
        at = std::min(at + options_.limits.positions, slot.shape.tokens);
        *offsets++ = at;
    }
}

Status DeviceRuntime::send(unsigned index) {
    const Slot& slot = slots_[index];
    stage(slot, port_->input(index));
    Status status = port_->upload(index, input_bytes(slot.shape));
    if (status) status = port_->launch(index, slot.shape);
    if (status) status = port_->download(index, slot.texts);
    const std::lock_guard lock{mutex_};
    ++counts_.batches;
    counts_.texts += slot.texts;
    counts_.tokens += slot.tokens;
    counts_.padded_tokens += slot.shape.tokens;
    counts_.crossings += 3;
    return status;
}

Status DeviceRuntime::receive(unsigned index) {
    Slot& slot = slots_[index];
    if (Status finished = port_->finish(index); !finished) return finished;
    const std::span<std::int8_t> found = port_->output(index);
    std::size_t row = 0;
    for (const Part& part : slot.parts) {
        std::copy_n(
            found.begin() + static_cast<std::ptrdiff_t>(row * kEmbeddingDim),
            part.texts * kEmbeddingDim,
            part.job->codes.begin() + static_cast<std::ptrdiff_t>(part.first_text * kEmbeddingDim));
        row += part.texts;
    }
    wipe_memory(found.data(), row * kEmbeddingDim);
    wipe_memory(port_->input(index).data(), input_bytes(slot.shape));
    slot.busy = false;
    const std::lock_guard lock{mutex_};
    for (const Part& part : slot.parts) {
        part.job->left -= part.texts;
        if (part.job->left == 0) part.job->done = Done{};
    }
    to_callers_.notify_all();
    return Done{};
}

/// Ends everything that waits or is under way. The mutex is held.
void DeviceRuntime::fail_all(const Error& error) {
    for (Slot& slot : slots_) {
        if (slot.busy)
            for (const Part& part : slot.parts)
                if (part.job->left > 0) part.job->done = error;
        slot.busy = false;
        slot.parts.clear();
    }
    for (Job* job : queue_) job->done = error;
    queue_.clear();
    for (Task* task : tasks_) task->done = error;
    tasks_.clear();
    queued_tokens_ = 0;
    to_callers_.notify_all();
}

}  // namespace pramana::scoring::cuda
