using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Events;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.Operator.LlmModels.Refresh;

/// <summary>
/// Looks at sources again that may mean something else by now, and takes or tells what it finds. A look that fails
/// changes nothing. Thread-safe for different models.
/// </summary>
internal sealed class SourceLooks(
    ModelInspector inspector,
    IEventRecorder events,
    TimeProvider time,
    Random random
)
{
    private readonly ConcurrentDictionary<(ObjectKey Model, string Variant), SourceLook> _looks = new();

    /// <summary>Time until some variant of a model is to be looked at; zero when one is due, null for never.</summary>
    public TimeSpan? UntilNext(LlmModel model, Acceptance.Accepted accepted) =>
        accepted
            .Variants.Where(variant => LookPlan.CanMove(variant.Source))
            .Select(variant => UntilNext(model, variant))
            .Min();

    /// <summary>Looks at the variants that are due.</summary>
    /// <returns>The same object when there is nothing new.</returns>
    public async Task<Inspection.Done> LookAsync(
        LlmModel model,
        Acceptance.Accepted accepted,
        Inspection.Done known,
        CancellationToken cancellationToken
    )
    {
        List<InspectedVariant> variants = [.. known.Variants];
        foreach (SourceVariant variant in accepted.Variants.Where(v => LookPlan.CanMove(v.Source)))
        {
            int index = variants.FindIndex(v => v.Artifact.Variant == variant.Name);
            if (index >= 0 && UntilNext(model, variant) is { Ticks: <= 0 })
            {
                variants[index] = await LookAsync(model, variant, variants[index], cancellationToken);
            }
        }

        List<string> notices = [.. accepted.Variants.Select(v => Find(model, v)?.Notice).OfType<string>()];
        string? refused = accepted
            .Variants.Select(v => Find(model, v)?.Refused)
            .FirstOrDefault(r => r is not null);
        return
            variants.SequenceEqual(known.Variants)
            && notices.SequenceEqual(known.Notices)
            && refused == known.Refused
            ? known
            : new Inspection.Done(variants) { Notices = notices, Refused = refused };
    }

    /// <summary>Forgets a model that is gone.</summary>
    public void Forget(ObjectKey model)
    {
        foreach ((ObjectKey Model, string Variant) key in _looks.Keys.Where(k => k.Model == model))
        {
            _looks.TryRemove(key, out _);
        }
    }

    private TimeSpan? UntilNext(LlmModel model, SourceVariant variant)
    {
        SourceLook look = _looks.GetOrAdd((model.Key, variant.Name), _ => Begin(model, variant));
        if (LookPlan.Follows(variant.Source) && look.Generation < model.Metadata.Generation)
        {
            return TimeSpan.Zero;
        }

        // The interval may have become shorter since.
        TimeSpan? longest =
            LookPlan.Interval(variant.Source) is { } interval && look.Failures == 0
                ? LookPlan.Next(interval, 1)
                : null;
        return (longest < look.Wait || look.Wait is null ? longest : look.Wait) is { } wait
            ? Max(wait - time.GetElapsedTime(look.Since), TimeSpan.Zero)
            : null;
    }

    // A change of the spec while no operator ran is one, too.
    private SourceLook Begin(LlmModel model, SourceVariant variant) =>
        new()
        {
            Generation = KnownArtifacts.Find(model, variant) is null
                ? model.Metadata.Generation
                : model.Status!.ObservedGeneration,
            Since = time.GetTimestamp(),
            Wait = LookPlan.Interval(variant.Source) is { } interval
                ? LookPlan.First(interval, Chance())
                : null,
        };

    private async Task<InspectedVariant> LookAsync(
        LlmModel model,
        SourceVariant variant,
        InspectedVariant known,
        CancellationToken cancellationToken
    )
    {
        SourceLook before = Find(model, variant)!;
        TimeSpan? interval = LookPlan.Interval(variant.Source);
        SourceLook looked = before with
        {
            Generation = model.Metadata.Generation,
            Since = time.GetTimestamp(),
            Wait = interval is { } length ? LookPlan.Next(length, Chance()) : null,
            Failures = 0,
            Notice = null,
            Refused = null,
        };
        InspectedVariant found = known;
        try
        {
            InspectedVariant? other = await OtherAsync(model, variant, known, cancellationToken);
            if (other is not null && LookPlan.Follows(variant.Source))
            {
                looked = looked with { Refused = TemplatePin.Problem(model.Spec, other) };
                found = looked.Refused is null ? Taken(model, known, other) : known;
            }
            else if (other is not null)
            {
                looked = looked with { Notice = Kept(known.Artifact, other.Artifact) };
                if (looked.Notice != before.Notice)
                {
                    Tell(model, EventType.Normal, LlmModelEvents.SourceMoved, looked.Notice);
                }
            }
        }
        catch (Exception e) when (e is ModelSourceException or InvalidModelException or IOException)
        {
            looked = Failed(model, variant, before, looked, interval, e);
        }

        _looks[(model.Key, variant.Name)] = looked;
        return found;
    }

    private InspectedVariant Taken(LlmModel model, InspectedVariant known, InspectedVariant other)
    {
        Tell(model, EventType.Normal, LlmModelEvents.SourceMoved, Moved(known.Artifact, other.Artifact));
        if (TemplatePin.Change(known, other) is { } change)
        {
            Tell(model, EventType.Warning, LlmModelEvents.TemplateChanged, change);
        }

        return other;
    }

    // What the name means by now, when these are other files than those that are pinned. The header is read only of what
    // will be taken.
    private async Task<InspectedVariant?> OtherAsync(
        LlmModel model,
        SourceVariant variant,
        InspectedVariant known,
        CancellationToken cancellationToken
    )
    {
        (ModelArtifact now, ResolvedModel resolved) = await inspector.ResolveAsync(
            model,
            variant,
            cancellationToken
        );
        if (ArtifactVersions.AreSame(known.Artifact, now))
        {
            return null;
        }

        return LookPlan.Follows(variant.Source)
            ? await inspector.ReadAnywhereAsync(model, now, resolved, cancellationToken)
            : known with
            {
                Artifact = now,
            };
    }

    private SourceLook Failed(
        LlmModel model,
        SourceVariant variant,
        SourceLook before,
        SourceLook looked,
        TimeSpan? interval,
        Exception error
    )
    {
        if (!LookPlan.Follows(variant.Source))
        {
            // Nobody waits for it: what was told before still holds.
            return looked with { Notice = before.Notice };
        }

        int failures = before.Failures + 1;
        string notice =
            $"The last look at {SourceMapping.ToResolvable(variant.Source, null).DisplayName} failed, so that what was found before stays: {error.Message}";
        if (failures == 1)
        {
            Tell(model, EventType.Warning, LlmModelEvents.SourceLookFailed, notice);
        }

        return looked with
        {
            Failures = failures,
            Notice = notice,
            Refused = before.Refused,
            Wait = LookPlan.Retry(interval, failures, (error as ModelSourceException)?.RetryAfter, Chance()),
        };
    }

    private SourceLook? Find(LlmModel model, SourceVariant variant) =>
        _looks.GetValueOrDefault((model.Key, variant.Name));

    private static string Moved(ModelArtifact before, ModelArtifact now) =>
        $"{NameOf(now)} moved from {Short(before)} to {Short(now)}; nodes pull it, and what they have answers until it is stored.";

    private static string Kept(ModelArtifact known, ModelArtifact now) =>
        $"{NameOf(now)} means {Short(now)} by now; {Short(known)} is kept, as source.refresh is Never.";

    private static string NameOf(ModelArtifact artifact) =>
        SourceMapping.ToResolvable(artifact.Source, null).DisplayName;

    private static string Short(ModelArtifact artifact)
    {
        const int Shown = 19;
        string text = artifact.Revision ?? artifact.Digest ?? "";
        return text.Length > Shown ? text[..Shown] : text;
    }

    private void Tell(LlmModel model, EventType type, string reason, string note) =>
        events.Record(model, type, reason, LlmModelEvents.LookAction, note);

    private double Chance()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
