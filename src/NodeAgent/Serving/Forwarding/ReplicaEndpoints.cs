using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Replicas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>The engines of this node under <c>/replicas/NAMESPACE/NAME/</c>.</summary>
internal sealed class ReplicaEndpoints(
    IReplicaGateway gateway,
    EngineForwarder forwarder,
    ServingMetrics metrics,
    long maxBodyBytes
)
{
    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/replicas/{namespace}/{name}/{**path}", HandleAsync);

    private async Task HandleAsync(HttpContext context)
    {
        RouteValueDictionary route = context.Request.RouteValues;
        string path = route["path"] as string ?? "";
        ObjectKey replica = new(route["namespace"] as string, (string)route["name"]!);
        long begin = metrics.Begin();
        string? label = null;
        ForwardResult result = new(StatusCodes.Status500InternalServerError, 0);
        try
        {
            if (Refuse(context.Request, path) is { } refusal)
            {
                result = await AnswerAsync(context, refusal);
                return;
            }

            using RequestLease lease = await gateway.AcquireAsync(replica, context.RequestAborted);
            label = replica.ToString();
            result = await forwarder.ForwardAsync(context, lease, label, path);
        }
        catch (ReplicaUnavailableException exception)
        {
            result = await AnswerAsync(context, ServingError.Of(exception));
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or the agent is being stopped while the request waits for a model.
            result = context.RequestAborted.IsCancellationRequested
                ? new ForwardResult(StatusCodes.Status499ClientClosedRequest, 0)
                : await AnswerAsync(context, ServingError.EngineUnavailable("The agent is being stopped."));
        }
        finally
        {
            metrics.End(begin, label, result.Status, result.SentBytes);
        }
    }

    private ServingError? Refuse(HttpRequest request, string path) =>
        EnginePaths.Refuse(path, request.Method)
        ?? (request.ContentLength > maxBodyBytes ? ServingError.BodyTooLong : null);

    private static async Task<ForwardResult> AnswerAsync(HttpContext context, ServingError error)
    {
        await error.WriteAsync(context);
        return new ForwardResult(error.Status, 0);
    }
}
