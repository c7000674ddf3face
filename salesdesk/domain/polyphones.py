"""Characters that people really read in more than one way in names, goods and addresses, with those readings.

Dictionaries list many more readings that nobody types (限 as wen, 有 as wei); they would crowd out the useful ones.
"""

from __future__ import annotations

_TABLE = """
重zhong,chong 长chang,zhang 厦xia,sha 行hang,xing,heng 车che,ju 单dan,shan,chan 曾zeng,ceng 解jie,xie 朴piao,pu,po
仇qiu,chou 查cha,zha 盖gai,ge 乐le,yue 调diao,tiao 都du,dou 藏cang,zang 传chuan,zhuan 石shi,dan 大da,dai 会hui,kuai
便bian,pian 卡ka,qia 朝chao,zhao 降jiang,xiang 给gei,ji 角jiao,jue 校xiao,jiao 强qiang,jiang 盛sheng,cheng
省sheng,xing 宿su,xiu 提ti,di 贾jia,gu 覃qin,tan 尉wei,yu 系xi,ji 奇qi,ji 栖qi,xi 缪miao,mou 区qu,ou 种zhong,chong
翟zhai,di 秘mi,bi 员yuan,yun 六liu,lu 合he,ge 莞guan,wan 番fan,pan 蚌bang,beng 埔pu,bu 堡bao,bu,pu 泊bo,po 薄bo,bao
炮pao,bao 弹dan,tan 率lv,shuai 参can,shen,cen 差cha,chai 称cheng,chen 度du,duo 佛fo,fu 还hai,huan 和he,huo,hu
见jian,xian 劲jin,jing 圈quan,juan 壳ke,qiao 勒le,lei 露lu,lou 绿lv,lu 落luo,la,lao 脉mai,mo 没mei,mo 模mo,mu
粘zhan,nian 弄nong,long 屏ping,bing 曝bao,pu 铅qian,yan 乾qian,gan 亲qin,qing 色se,shai 塞sai,se 杉shan,sha
折zhe,she 什shi,shen 识shi,zhi 似si,shi 拓tuo,ta 吓xia,he 纤xian,qian 巷xiang,hang 削xue,xiao 血xue,xie 叶ye,xie
艾ai,yi 殷yin,yan 钥yao,yue 扎za,zha 轧zha,ya,ga 择ze,zhai 着zhe,zhao,zhuo 殖zhi,shi 爪zhua,zhao 幢zhuang,chuang
综zong,zeng 柏bai,bo 褚chu,zhu 繁fan,po 洗xi,xian 召zhao,shao 隗kui,wei 牟mou,mu 那na,nuo 祭ji,zhai 郗xi,chi
汤tang,shang 龟gui,jun,qiu 浒hu,xu 泷long,shuang 涡wo,guo 歙she,xi 骑qi,ji 臂bi,bei 镐gao,hao 耙ba,pa 铬ge,luo
茄qie,jia 芥jie,gai 荨xun,qian 澄cheng,deng 莘xin,shen 筠jun,yun 圩wei,xu 沈shen,chen 晟sheng,cheng 俞yu,shu
柜gui,ju 纶lun,guan 茜qian,xi 娜na,nuo 仔zi,zai 卜bu,bo 匙chi,shi 核he,hu 熟shu,shou 剥bo,bao 颈jing,geng 侧ce,zhai
桔ju,jie 凹ao,wa 乘cheng,sheng 万wan,mo 厂chang,an 说shuo,shui 食shi,si 读du,dou 伽jia,qie,ga 咖ka,ga 拗ao,niu
枸gou,ju 鹄hu,gu 尺chi,che 氏shi,zhi 术shu,zhu 蕃fan,bo 蔓man,wan 荥xing,ying 郇xun,huan 洞dong,tong 浚jun,xun
犍jian,qian 桧gui,hui 槟bin,bing 泌mi,bi 溃kui,hui 暴bao,pu 缩suo,su 嗯en,ng 数shu,shuo 宓mi,fu 适shi,kuo 句ju,gou
尾wei,yi 堆dui,zui 期qi,ji 其qi,ji 辟pi,bi 否fou,pi 俩lia,liang 了le,liao 得de,dei 的de,di 地di,de 呢ne,ni 哦o,e
膀bang,pang 磅bang,pang 辗zhan,nian 铛dang,cheng 铫diao,yao 镡tan,xin,chan 钯ba,pa 铊ta,tuo 镉ge,li 铤ting,ding
硌ge,luo 蜡la,zha 蛤ha,ge 虾xia,ha 阿a,e 陶tao,yao
"""

POLYPHONES: dict[str, tuple[str, ...]] = {entry[0]: tuple(entry[1:].split(",")) for entry in _TABLE.split()}
"""Character -> readings without tones (ü as v), the usual one first."""
