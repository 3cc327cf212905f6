using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Planning;

/// <summary>Why a model, a node or a replica is as it is, as text. Pure.</summary>
internal static class ExplainReport
{
    /// <summary>The report.</summary>
    /// <param name="explanation">What was found.</param>
    public static string Write(Explanation explanation)
    {
        StringBuilder text = new();
        text.AppendLine($"{explanation.Kind} {explanation.Name}");
        foreach (Condition condition in explanation.Conditions)
        {
            string message = condition.Message.Length == 0 ? "" : $": {condition.Message}";
            text.AppendLine($"  {condition.Type}={condition.Status} {condition.Reason}{message}");
        }

        foreach (NodeDevice device in explanation.Devices)
        {
            text.AppendLine(
                $"  {device.Name}: {ByteSize.Format(device.ReservedBytes)} of {ByteSize.Format(device.BudgetBytes)} reserved, {ByteSize.Format(device.UsedBytes)} in use"
            );
        }

        foreach (PreviewedModel model in explanation.Models)
        {
            text.AppendLine()
                .AppendLine($"{model.Model}: {model.Placed} of {model.Wanted} replicas have a node.");
            if (model.Problem is { } problem)
            {
                text.AppendLine($"  It cannot be planned: {problem}");
            }

            foreach (NodeVerdict node in model.Nodes)
            {
                text.AppendLine($"  {node.Verdict}: {node.Message}");
                foreach (WayVerdict way in node.Ways)
                {
                    text.AppendLine($"    {way.Layout}: {way.Message}");
                }
            }
        }

        return text.ToString();
    }
}
