/** Pictures of figures, as SVG texts. */
import * as echarts from 'echarts';

const SIZE = { width: 720, height: 380 };

/**
 * Lines over a few sizes.
 * @param {{title: string, x: string, y: string, ticks: (number | string)[], log?: boolean,
 *   series: {name: string, values: (number | undefined)[]}[]}} chart one value a tick
 * @returns {string} SVG
 */
export function lineChart({ title, x, y, ticks, log = false, series }) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
      legend: { bottom: 0, type: 'plain', textStyle: { fontSize: 11 } },
      grid: { left: 60, right: 24, top: 44, bottom: 92 },
      xAxis: { type: 'category', name: x, nameLocation: 'middle', nameGap: 26, data: ticks.map(String) },
      yAxis: { type: log ? 'log' : 'value', name: y, min: log ? undefined : 0 },
      series: series.map(({ name, values }) => ({
        ...{ type: 'line', name, symbolSize: 7 },
        data: values.map((value) => value ?? null),
      })),
    });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}
