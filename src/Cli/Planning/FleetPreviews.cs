using LlmOperator.Kubernetes.Client;
using LlmOperator.Models.Sources;
using LlmOperator.Operator;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Planning;

/// <summary>Asks the operator's own code what it would do.</summary>
internal static class FleetPreviews
{
    /// <summary>The preview.</summary>
    /// <param name="objects">The fleet.</param>
    /// <param name="client">Server with the Secrets that sources name; null for none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static Task<FleetPreview> OfAsync(
        FleetObjects objects,
        IKubernetesClient? client,
        CancellationToken cancellationToken
    ) =>
        new FleetPreviewer(
            new OperatorOptions
            {
                AllowFileSources = true,
                // Whoever runs this on a machine may read its loopback anyway.
                Sources = new SourceSettings { AllowLoopback = true },
            },
            client,
            TimeProvider.System
        ).PreviewAsync(objects, cancellationToken);
}
