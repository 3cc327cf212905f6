using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.LlmModels.Refresh;
using LlmOperator.Operator.ModelCatalogs;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Reads the headers of a model's variants, once for each set of sources, and puts them on the board.</summary>
internal sealed partial class InspectionReconciler(
    ILister<LlmModel> models,
    CatalogLister catalogs,
    InspectionBoard board,
    ModelInspector inspector,
    SourceLooks looks,
    OperatorTriggers triggers,
    OperatorOptions options,
    Random random,
    ILogger<InspectionReconciler> logger
) : IReconciler<LlmModel>
{
    private readonly ConcurrentDictionary<ObjectKey, int> _failures = new();

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (models.Find(request.Key) is not { IsBeingDeleted: false } model)
        {
            board.Forget(request.Key);
            looks.Forget(request.Key);
            _failures.TryRemove(request.Key, out _);
            return ReconcileResult.Finished;
        }

        Acceptance acceptance = LlmModelAcceptance.Check(
            model.Spec,
            catalogs.Index,
            options.AllowFileSources
        );
        if (acceptance is not Acceptance.Accepted accepted)
        {
            // The status says why it is refused.
            return ReconcileResult.Finished;
        }

        if (board.Find(request.Key, accepted) is Inspection.Done known)
        {
            return await LookAsync(model, accepted, known, cancellationToken);
        }

        (Inspection result, TimeSpan? retry) = await InspectAsync(model, accepted, cancellationToken);
        Publish(request.Key, accepted, result);
        return (retry ?? looks.UntilNext(model, accepted)) is { } delay
            ? ReconcileResult.After(delay)
            : ReconcileResult.Finished;
    }

    private async Task<ReconcileResult> LookAsync(
        LlmModel model,
        Acceptance.Accepted accepted,
        Inspection.Done known,
        CancellationToken cancellationToken
    )
    {
        if (looks.UntilNext(model, accepted) is { Ticks: <= 0 })
        {
            Inspection.Done now = await looks.LookAsync(model, accepted, known, cancellationToken);
            if (!ReferenceEquals(now, known))
            {
                Publish(model.Key, accepted, now);
            }
        }

        return looks.UntilNext(model, accepted) is { } wait
            ? ReconcileResult.After(wait)
            : ReconcileResult.Finished;
    }

    private void Publish(ObjectKey model, Acceptance.Accepted accepted, Inspection result)
    {
        board.Set(model, accepted, result);
        triggers.Model.Raise(model);
        triggers.Fleet.Raise(FleetController.Key);
    }

    private async Task<(Inspection Result, TimeSpan? Retry)> InspectAsync(
        LlmModel model,
        Acceptance.Accepted accepted,
        CancellationToken cancellationToken
    )
    {
        string name = "";
        try
        {
            List<InspectedVariant> variants = [];
            foreach (SourceVariant variant in accepted.Variants)
            {
                name = variant.Name;
                variants.Add(await inspector.InspectAsync(model, variant, cancellationToken));
            }

            _failures.TryRemove(model.Key, out _);
            LogInspected(model.Key, variants.Count);
            return (new Inspection.Done(variants), null);
        }
        catch (ModelSourceException e)
        {
            return Failed(model.Key, name, e);
        }
        catch (InvalidModelException e)
        {
            return (
                new Inspection.Failed(LlmModelConditions.InvalidModelFile, Text(name, e.Message), true),
                InspectionConstants.TerminalRetry
            );
        }
        catch (IOException e)
        {
            return Failed(
                model.Key,
                name,
                new ModelSourceException(ModelSourceFailure.Unreachable, e.Message, e)
            );
        }
    }

    private (Inspection, TimeSpan?) Failed(ObjectKey key, string variant, ModelSourceException e)
    {
        (string reason, bool isTerminal) = e.Failure switch
        {
            ModelSourceFailure.NotFound => (LlmModelConditions.SourceNotFound, true),
            ModelSourceFailure.Unauthorized => (LlmModelConditions.SourceUnauthorized, true),
            ModelSourceFailure.Refused => (LlmModelConditions.SourceRefused, true),
            ModelSourceFailure.Invalid => (LlmModelConditions.InvalidModelFile, true),
            _ => (LlmModelConditions.SourceUnreachable, false),
        };
        LogFailed(key, variant, reason, e.Message);
        Inspection.Failed failed = new(reason, Text(variant, e.Message), isTerminal);
        if (isTerminal)
        {
            return (failed, InspectionConstants.TerminalRetry);
        }

        int failures = _failures.AddOrUpdate(key, 1, (_, n) => Math.Min(n + 1, 16));
        // Many models of one source that is away must not come back together.
        TimeSpan delay = InspectionConstants.FirstRetry * Math.Pow(2, failures - 1) * (1 + Chance() / 4);
        delay = delay < InspectionConstants.LongestRetry ? delay : InspectionConstants.LongestRetry;
        return (failed, e.RetryAfter > delay ? e.RetryAfter : delay);
    }

    private double Chance()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    private static string Text(string variant, string message) =>
        variant == LlmModelAcceptance.DefaultVariant ? message : $"Variant {variant}: {message}";

    [LoggerMessage(Level = LogLevel.Information, Message = "Inspected {Model}: {Variants} variants")]
    private partial void LogInspected(ObjectKey model, int variants);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Inspection of {Model} variant {Variant} failed: {Reason}: {Problem}"
    )]
    private partial void LogFailed(ObjectKey model, string variant, string reason, string problem);
}
